"""Every corpus in its publisher's layout, in files of a line or two."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from xnorm.corpora import read_corpus
from xnorm.document import Document, Mention
from xnorm.errors import DataError, SettingError

TSV = "filename\tmark\tlabel\toff0\toff1\tspan"
DISTEMIST = {
    "training/text_files/es-1.txt": "Asma y otitis media.\n",
    "training/text_files/es-2.txt": "Fiebre.",
    "training/subtrack1_entities/distemist_subtrack1_training_mentions.tsv": (
        f"{TSV}\nes-1\tT1\tENFERMEDAD\t0\t4\tAsma\nes-1\tT2\tENFERMEDAD\t7\t19\totitis media\n"
        "es-2\tT1\tENFERMEDAD\t0\t6\tFiebre\n"
    ),
    "training/subtrack2_linking/distemist_subtrack2_training1_linking.tsv": (
        f"{TSV}\tcode\tsemantic_rel\nes-1\tT1\tENFERMEDAD\t0\t4\tAsma\t195967001\tEXACT\n"
        "es-1\tT2\tENFERMEDAD\t7\t19\totitis media\t1+2\tCOMPOSITE\n"
    ),
    "training/subtrack2_linking/distemist_subtrack2_training1_linking_crossmappings.tsv": (
        f"{TSV}\tcode\tsemantic_rel\tomim_code\tmesh_code\ticd10_code\thpo_code\n"
        "es-1\tT1\tENFERMEDAD\t0\t4\tAsmA\t1.95E+8\tEXACT\tNone\tD001249\tJ45\tHP:0002099\n"
        "es-1\tT2\tENFERMEDAD\t7\t19\totitis media\t1+2\tCOMPOSITE\tNone\tD010033\tNone\tNone\n"
    ),
    "dictionary_distemist.tsv": "code\tterm\n1\tx\n",
    "test_background/text_files/es-9.txt": "Nada.",
}
SYMPTEMIST = {
    "symptemist_test/subtask1-ner/txt/es-3.txt": "Dolor y tos",
    "symptemist_test/subtask1-ner/tsv/symptemist_tsv_test_subtask1.tsv": (
        "filename\tann_id\tlabel\tstart_span\tend_span\ttext\n"
        "es-3\tT1\tSINTOMA\t0\t11\tDolor y tos\n"
    ),
    "symptemist_test/subtask2-linking/symptemist_tsv_test_subtask2+COMPOSITE.tsv": (
        "filename\tlabel\tspan_ini\tspan_end\ttext\tcode\tsem_rel\n"
        "es-3\tSINTOMA\t0\t11\tDolor y tos\t22253000+49727002\tCOMPOSITE\n"
    ),
    "symptemist_test/subtask2-linking/symptemist_tsv_test_subtask2.tsv": (
        "filename\tlabel\tspan_ini\tspan_end\ttext\tcode\tsem_rel\n"
        "es-3\tSINTOMA\t0\t11\tDolor y tos\t22253000\tNARROW\n"
    ),
}
CODIESP = {
    "v4/dev/text_files/S1.txt": "Riñón derecho con un quiste.",
    "v4/dev/text_files/S2.txt": "Sin hallazgos.",
    "v4/dev/text_files_en/S1.txt": "Right kidney with a cyst.",
    "v4/dev/devX.tsv": (
        "S1\tDIAGNOSTICO\tn28.1\tquiste Riñón derecho\t21 27;0 13\n"
        "S1\tPROCEDIMIENTO\tbt41zzz\tRiñón\t0 5;5 5\n"
    ),
    "v4/dev/devD.tsv": "S1\tn28.1\nS1\tn18.9\n",
    "v4/dev/devP.tsv": "S1\tbt41zzz\n",
}
PUBTATOR = (
    "1|t|Breast and ovarian cancer\n1|a|A study.\n"
    "1\t0\t25\tBreast and ovarian cancer\tCompositeMention\tD001943|OMIM:167000\n"
    "1\t28\t33\tstudy\tModifier\t D000001\n\n"
)


def _read(name: str, path: Path, **options: Any) -> list[Document]:
    return list(read_corpus(name, path, **options))


def _ids(mention: Mention) -> list[str]:
    return [f"{gold.db_name}:{gold.db_id}" for gold in mention.gold]


@pytest.mark.parametrize("form", ["folder", ".zip", ".tar.xz"])
def test_distemist_has_mentions_with_and_without_codes(
    folder: Callable, packed: Callable, form: str
) -> None:
    path = folder(DISTEMIST) if form == "folder" else packed(DISTEMIST, form)
    one, two = _read("distemist", path)
    asthma, otitis = one.mentions
    assert (one.id, one.language, one.extra) == ("es-1", "es", {"split": "train"})
    assert (asthma.id, asthma.type, asthma.spans, asthma.text) == (
        "T1",
        "ENFERMEDAD",
        ((0, 4),),
        ("Asma",),
    )
    assert _ids(asthma) == ["SNOMEDCT:195967001", "MESH:D001249", "ICD10:J45", "HPO:HP:0002099"]
    assert asthma.extra == {"relation": "EXACT"}
    assert otitis.extra == {"relation": "COMPOSITE", "composite": "1+2"}
    assert [mention.gold for mention in two.mentions] == [()]


def test_the_inner_folder_of_a_split_can_be_given(folder: Callable) -> None:
    path = folder(DISTEMIST) / "training"
    assert [d.extra["split"] for d in _read("distemist", path)] == ["train", "train"]


def test_only_the_ids_asked_for_are_gold(folder: Callable) -> None:
    document, _ = _read("distemist", folder(DISTEMIST), ids=["HPO", "MESH"])
    assert list(map(_ids, document.mentions)) == [
        ["MESH:D001249", "HPO:HP:0002099"],
        ["MESH:D010033"],
    ]


def test_symptemist_takes_the_table_that_has_all_codes(folder: Callable) -> None:
    (document,) = _read("symptemist", folder(SYMPTEMIST), split="test")
    (mention,) = document.mentions
    assert _ids(mention) == ["SNOMEDCT:22253000", "SNOMEDCT:49727002"]
    assert mention.extra["composite"] == "22253000+49727002"


def test_medprocner_has_the_same_layout(folder: Callable) -> None:
    files = {
        "medprocner_train/txt/a.txt": "Ecografía",
        "medprocner_train/tsv/medprocner_tsv_train_subtask2.tsv": (
            "filename\tlabel\tstart_span\tend_span\ttext\tcode\tsem_rel\tis_abbrev\n"
            "a\tPROCEDIMIENTO\t0\t9\tEcografía\t16310003\tEXACT\tFalse\n"
        ),
        "medprocner_gazetteer/gazetteer.tsv": "code\tterm\n",
    }
    (document,) = _read("medprocner", folder(files))
    assert [_ids(mention) for mention in document.mentions] == [["SNOMEDCT:16310003"]]


def test_codiesp_evidence_lies_in_pieces_in_the_order_of_the_text(folder: Callable) -> None:
    first, second = _read("codiesp", folder(CODIESP))
    cyst, scan = first.mentions
    assert (cyst.spans, cyst.text) == (((0, 13), (21, 27)), ("Riñón derecho", "quiste"))
    assert cyst.extra == {"published_text": "quiste Riñón derecho"}
    assert _ids(cyst) == ["ICD10CM:N28.1"]
    assert (scan.spans, _ids(scan)) == (((0, 5),), ["ICD10PCS:BT41ZZZ"])
    assert first.extra == {
        "split": "dev",
        "codes": {"ICD10CM": ["N28.1", "N18.9"], "ICD10PCS": ["BT41ZZZ"]},
    }
    assert (second.mentions, second.extra["codes"]) == ((), {})


def test_ncbi_disease_names_several_concepts_of_two_vocabularies(folder: Callable) -> None:
    path = folder({"NCBIdevelopset_corpus.txt": PUBTATOR})
    (document,) = _read("ncbi-disease", path, split="dev")
    composite, other = document.mentions
    assert _ids(composite) == ["MESH:D001943", "OMIM:167000"]
    assert composite.extra["composite"] == "D001943|OMIM:167000"
    assert _ids(other) == ["MESH:D000001"]
    assert "composite" not in other.extra
    assert [passage.type for passage in document.passages] == ["title", "abstract"]


def test_a_document_that_stands_twice_comes_twice_under_two_ids(folder: Callable) -> None:
    path = folder({"NCBItrainset_corpus.txt": PUBTATOR * 2})
    first, second = _read("ncbi-disease", path)
    assert (first.id, second.id, second.extra["document_id"]) == ("1", "1-2", "1")
    assert first.mentions == second.mentions


def test_bc5cdr_leaves_relations_aside(folder: Callable) -> None:
    text = (
        "7|t|Aspirin asthma\n7|a|\n7\t0\t7\tAspirin\tChemical\tD001241\n"
        "7\t8\t14\tasthma\tDisease\t-1\n7\tCID\tD001241\tD001249\n\n"
    )
    (document,) = _read("bc5cdr", folder({"CDR_Data/CDR_TestSet.PubTator.txt": text}))
    assert [_ids(mention) for mention in document.mentions] == [["MESH:D001241"], []]
    assert document.extra["concept_relations"] == [["CID", "D001241", "D001249"]]


def test_biored_ids_belong_to_the_vocabulary_of_their_type(folder: Callable) -> None:
    rows = [
        ("GeneOrGeneProduct", "6528,7157", ["NCBIGENE:6528", "NCBIGENE:7157"]),
        ("SequenceVariant", "c|SUB|A|118|G", ["HGVS:c|SUB|A|118|G"]),
        ("SequenceVariant", "rs1799971", ["DBSNP:rs1799971"]),
        ("DiseaseOrPhenotypicFeature", "D1|OMIM:2", ["MESH:D1", "OMIM:2"]),
        ("OrganismTaxon", "9606", ["NCBITAXON:9606"]),
        ("CellLine", "CVCL_0030", ["CELLOSAURUS:CVCL_0030"]),
        ("ChemicalEntity", "-", []),
    ]
    lines = [f"9\t0\t4\tWord\t{type}\t{stated}" for type, stated, _ in rows]
    text = "\n".join(["9|t|Word", "9|a|More", *lines, "9\tBind\t6528\t7157\tNovel", "", ""])
    (document,) = _read("biored", folder({"BioRED/Train.PubTator": text}), split="train")
    assert [_ids(mention) for mention in document.mentions] == [ids for _, _, ids in rows]


def test_medmentions_has_the_splits_of_both_editions_beside_the_full_one(folder: Callable) -> None:
    fever = "5|t|Fever\n5|a|x\n5\t0\t5\tFever\tT033,T184\tUMLS:C0015967\n\n"
    cough = "6|t|Cough\n6|a|x\n6\t0\t5\tCough\tT184\tC0010200\n\n"
    path = folder(
        {
            "full/data/corpus_pubtator.txt": fever + cough,
            "full/data/corpus_pubtator_pmids_trng.txt": "5\n",
            "full/data/corpus_pubtator_pmids_test.txt": "6\n",
            "st21pv/data/corpus_pubtator.txt": fever,
        }
    )
    (pruned,) = _read("medmentions", path)
    assert (pruned.id, pruned.extra["split"]) == ("5", "train")
    (test,) = _read("medmentions", path, edition="full", split="test")
    assert (test.id, _ids(test.mentions[0])) == ("6", ["UMLS:C0010200"])
    assert [d.id for d in _read("medmentions", path / "full")] == ["5", "6"]
    assert [d.id for d in _read("medmentions", path / "full" / "data")] == ["5", "6"]
    with pytest.raises(DataError, match="no documents of 'medmentions' here"):
        _read("medmentions", path / "full", edition="st21pv")
    with pytest.raises(DataError, match="no lists of PMIDs here, so there are no splits"):
        _read("medmentions", path / "st21pv", split="dev")


def test_medmentions_as_a_single_file(folder: Callable) -> None:
    text = "5|t|Fever\n5|a|x\n5\t0\t5\tFever\tT184\tUMLS:C0015967\n\n"
    path = folder({"corpus_pubtator.txt": text}) / "corpus_pubtator.txt"
    assert [d.extra for d in _read("medmentions", path)] == [{}]


def test_gsc_plus_reads_both_editions(folder: Callable) -> None:
    path = folder(
        {
            "PhenoTagger_GSCplus_dev_gold.tsv": "8\nShort nose.\n0\t10\tShort nose\tHP:0003196\n\n",
            "Text/8": "Short nose.",
            "Annotations/8": "[6::10]\tHP_0000366 | nose\n",
        }
    )
    (dev,) = _read("gsc-plus", path)
    (original,) = _read("gsc-plus", path, edition="original")
    assert _ids(dev.mentions[0]) == ["HPO:HP:0003196"]
    assert (original.mentions[0].text, _ids(original.mentions[0])) == (
        ("nose",),
        ["HPO:HP:0000366"],
    )
    with pytest.raises(SettingError, match="the original edition has no split 'dev'"):
        _read("gsc-plus", path, edition="original", split="dev")


def test_cantemist_codes_stand_in_notes(folder: Callable) -> None:
    files = {
        "dev-set1/cantemist-norm/c.txt": "Carcinoma.",
        "dev-set1/cantemist-norm/c.ann": (
            "T1\tMORFOLOGIA_NEOPLASIA 0 9\tCarcinoma\n#1\tAnnotatorNotes T1\t8010/3\n"
        ),
        "dev-set1/cantemist-ner/c.txt": "Carcinoma.",
        "dev-set1/cantemist-coding/dev1-coding.tsv": "file\tcode\nc\t8010/3\n",
        "test-set/cantemist-norm/d.txt": "x",
        "test-set/cantemist-norm/d.ann": "",
    }
    path = folder(files)
    (document,) = _read("cantemist", path, split="dev1")
    assert _ids(document.mentions[0]) == ["ICDO:8010/3"]
    assert document.extra == {"split": "dev1", "codes": {"ICDO": ["8010/3"]}}
    assert [d.extra["split"] for d in _read("cantemist", path / "test-set")] == ["test"]


def test_mantra_keeps_group_types_and_name_in_whatever_order(folder: Callable) -> None:
    names = "Mantra-GSC/{}/{}_ec22-cui-best_man/0001_u1"
    german, patents = names.format("German", "EMEA"), names.format("French", "Patents")
    files = {
        f"{german}.txt": "Das linke und rechte Knie",
        f"{german}.ann": (
            "T1\tC0022742 4 9;21 25\tlinke Knie\n"
            '#1\tAnnotatorNotes T1\t"C0022742", "Knee", "Body Part|Finding" ,"ANAT"\n'
        ),
        f"{patents}.txt": "école",
        f"{patents}.ann": (
            "T1\tC0036375 0 5\técole\n"
            '#1\tAnnotatorNotes T1\t"C0036375", "Schools", "OBJC" ,"Manufactured Object"\n'
        ),
    }
    path = folder(files)
    (document,) = _read("mantra", path, languages=["de"])
    (knee,) = document.mentions
    assert (document.id, document.language) == ("de-EMEA-0001_u1", "de")
    assert document.extra == {"part": "emea", "unit": "0001_u1"}
    assert (knee.type, knee.text, _ids(knee)) == ("ANAT", ("linke", "Knie"), ["UMLS:C0022742"])
    assert knee.extra == {"preferred_name": "Knee", "semantic_types": ["Body Part", "Finding"]}
    (school,) = _read("mantra", path, parts=["patents"])[0].mentions
    assert (school.type, school.extra["preferred_name"]) == ("OBJC", "Schools")


def test_quaero_notes_list_one_or_more_concepts(folder: Callable) -> None:
    path = folder(
        {
            "QUAERO_FrenchMed/corpus/train/MEDLINE/12.txt": "patients maniaques",
            "QUAERO_FrenchMed/corpus/train/MEDLINE/12.ann": (
                "T1\tDISO 9 18\tmaniaques\n#1\tAnnotatorNotes T1\tC0564408 C0338831\n"
                "T2\tLIVB 0 8\tpatients\n#2\tAnnotatorNotes T2\tC0030705\n"
            ),
        }
    )
    (document,) = _read("quaero", path, split="train", parts=["medline"])
    maniac, patient = document.mentions
    assert (_ids(maniac), maniac.type) == (["UMLS:C0564408", "UMLS:C0338831"], "DISO")
    assert (_ids(patient), maniac.extra, patient.extra) == (["UMLS:C0030705"], {}, {})


def test_bronco150_codes_stand_in_relations_of_one_node(folder: Callable) -> None:
    annotation = (
        '<annotation id="T{0}"><infon key="type">DIAGNOSIS</infon>'
        '<location offset="{1}" length="3"/><text>HCC</text></annotation>'
    )
    relation = (
        '<relation id="N{0}"><infon key="type">Normalization</infon>'
        '<node refid="ICD10:{1}" role="T{0}"/></relation>'
    )
    xml = (
        '<?xml version="1.0"?><!DOCTYPE collection SYSTEM "BioC.dtd">'
        "<collection><source/><date/><key/><document><id>randomSentSet1</id>"
        "<passage><offset>0</offset><text>HCC bei HCC\nkein HCC</text>"
        + annotation.format(1, 0)
        + annotation.format(2, 8)
        + annotation.format(3, 17)
        + relation.format(1, "C22.0")
        + relation.format(2, "C22,0+")
        + "</passage></document></collection>"
    )
    (document,) = _read("bronco150", folder({"bioCFiles/BRONCO150.xml": xml}))
    first, second, third = document.mentions
    assert (document.id, document.language) == ("randomSentSet1", "de")
    assert (_ids(first), _ids(second), _ids(third)) == (["ICD10GM:C22.0"], ["ICD10GM:C22.0"], [])
    assert second.gold[0].extra == {"published": "C22,0+"}


def test_e3c_entities_carry_concepts_of_umls(folder: Callable) -> None:
    xmi = (
        '<?xml version="1.0" encoding="UTF-8"?><xmi:XMI xmlns:xmi="http://www.omg.org/XMI" '
        'xmlns:cas="http:///uima/cas.ecore" xmlns:custom="http:///webanno/custom.ecore" '
        'xmi:version="2.0"><custom:CLINENTITY xmi:id="5" sofa="1" begin="0" end="5" '
        'entityID="C0015967"/><custom:EVENT xmi:id="6" sofa="1" begin="6" end="12"/>'
        '<cas:Sofa xmi:id="1" sofaNum="1" sofaID="_InitialView" mimeType="text" '
        'sofaString="Fever abated"/></xmi:XMI>'
    )
    path = folder({"data_annotation/English/layer1/EN1.xml": xmi})
    (document,) = _read("e3c", path, languages=["en"], parts=["layer1"])
    assert (document.id, document.language) == ("EN1", "en")
    assert [(m.type, m.surface, _ids(m)) for m in document.mentions] == [
        ("CLINENTITY", "Fever", ["UMLS:C0015967"]),
        ("EVENT", "abated", []),
    ]
    with pytest.raises(DataError, match="no documents of 'e3c' here"):
        _read("e3c", path, languages=["it"])


def test_xl_bel_marks_are_taken_out_of_the_sentence(folder: Callable) -> None:
    lines = "C1|C9||Fieber||Er hatte <tgt>Fieber</tgt> .\nC2||-algie||Das ist <tgt></tgt> .\n"
    path = folder({"xlbel_v1.0/de_1k_test_query_with_context.txt": lines})
    first, second = _read("xl-bel", path, languages=["de"])
    assert (first.id, first.text) == ("de-1", "Er hatte Fieber .")
    assert first.mentions[0].spans == ((9, 15),)
    assert _ids(first.mentions[0]) == ["UMLS:C1", "UMLS:C9"]
    assert (second.text, second.mentions[0].text) == ("Das ist -algie .", ("-algie",))


def test_titles_of_jobbert_are_mentions_of_esco_concepts(folder: Callable) -> None:
    head = ",vacancyTitle,conceptUri\n"
    path = folder(
        {
            "eval/titles.csv": f'{head}4,"Cook, hotel ",http://esco/1\n',
            "eval/titles.test.csv": f"{head}0,PILOT,http://esco/2\n",
        }
    )
    development, test = _read("jobbert-eval", path)
    assert (development.id, test.id) == ("dev-1", "test-1")
    assert development.text == "Cook, hotel "
    assert development.mentions[0].text == ("Cook, hotel",)
    assert _ids(development.mentions[0]) == ["ESCO:http://esco/1"]
    assert [d.id for d in _read("jobbert-eval", path, split="test")] == ["test-1"]


def test_melo_queries_are_mentions_of_esco_concepts(folder: Callable) -> None:
    files = {
        "melo/usa_q_en_c_en/queries.tsv": "Q1\tChief Executives\n",
        "melo/usa_q_en_c_en/annotations.tsv": "Q1\t0\tC2_en_000\t1\nQ1\t0\tC2_en_001\t1\n",
        "melo/usa_q_en_c_en/concept_mapping.tsv": "C2_en_000\thttp://esco/2\n",
        "melo/usa_q_en_c_de/queries.tsv": "Q1\tChief Executives\n",
        "melo/usa_q_en_c_de/annotations.tsv": "Q1\t0\tC2_de_000\t1\n",
    }
    path = folder(files)
    other, own = _read("melo", path)
    assert (own.id, own.text, own.language) == ("usa_q_en_c_en-Q1", "Chief Executives", "en")
    assert _ids(own.mentions[0]) == _ids(other.mentions[0]) == ["ESCO:http://esco/2"]
    assert [d.id for d in _read("melo", path, parts=["usa_q_en_c_de"])] == ["usa_q_en_c_de-Q1"]
    within = _read("melo", path / "melo" / "usa_q_en_c_en", parts=["usa_q_en_c_en"])
    assert [d.id for d in within] == ["usa_q_en_c_en-Q1"]
    with pytest.raises(DataError, match="no documents of 'melo' here"):
        _read("melo", path, parts=["deu_q_de_c_de"])
