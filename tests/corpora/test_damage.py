"""Whatever is in the files, the answer is documents or one line that names a place."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from xnorm.corpora import read_corpus
from xnorm.document import Document
from xnorm.errors import DataError

_HEADER = "filename\tmark\tlabel\toff0\toff1\tspan"
_BIOC = (
    "<collection><document><id>1</id><passage><offset>0</offset><text>HCC</text>"
    '<annotation id="T1"><location offset="0" length="3"/><text>HCC</text></annotation>'
    '<relation id="N1"><infon key="type">Normalization</infon>'
    '<node refid="ICD10:C22" role="T1"/></relation></passage></document></collection>'
)
LAYOUTS = {
    "bc5cdr": {"CDR_TestSet.PubTator.txt": "7|t|A b\n7|a|c\n7\t0\t1\tA\tDisease\tD1|D2\n"},
    "distemist": {
        "training/text_files/a.txt": "Asma",
        "training/m.tsv": f"{_HEADER}\tcode\tsemantic_rel\na\tT1\tE\t0\t4\tAsma\t1+2\tEXACT\n",
    },
    "codiesp": {
        "dev/text_files/a.txt": "Asma y tos",
        "dev/devX.tsv": "a\tDIAGNOSTICO\tj45\tAsma tos\t0 4;7 10\n",
        "dev/devD.tsv": "a\tj45\n",
    },
    "gsc-plus": {"GSCplus_dev_gold.tsv": "8\nnose\n0\t4\tnose\tHP:0000366\n\n"},
    "cantemist": {
        "test-set/cantemist-norm/a.txt": "Tumor",
        "test-set/cantemist-norm/a.ann": "T1\tM 0 5\tTumor\n#1\tAnnotatorNotes T1\t8000/1\n",
        "test-set/cantemist-coding/test.tsv": "file\tcode\na\t8000/1\n",
    },
    "mantra": {
        "German/EMEA_ec22-cui-best_man/a.txt": "Knie",
        "German/EMEA_ec22-cui-best_man/a.ann": (
            'T1\tC0022742 0 4\tKnie\n#1\tAnnotatorNotes T1\t"C0022742", "Knee", "X" ,"ANAT"\n'
        ),
    },
    "bronco150": {"BRONCO150.xml": _BIOC},
    "xl-bel": {"de_1k_test_query_with_context.txt": "C1||x||a <tgt>x</tgt> b\n"},
    "melo": {
        "nor_q_no_c_no/queries.tsv": "Q1\tKokk\n",
        "nor_q_no_c_no/annotations.tsv": "Q1\t0\tC1_no_000\t1\n",
        "nor_q_no_c_no/concept_mapping.tsv": "C1_no_000\thttp://esco/1\n",
    },
    "jobbert-eval": {"titles.csv": ',vacancyTitle,conceptUri\n0,"Cook, hotel",http://esco/1\n'},
}
_PIECES = st.sampled_from(["", "\t", "\n", "\r", "|", ";", "0", "999", "-1", "x", '"', "<", "\x00"])


@settings(max_examples=150)
@given(st.data())
def test_a_damaged_file_is_answered_in_one_line(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(LAYOUTS)))
    files = dict(LAYOUTS[name])
    damaged = data.draw(st.sampled_from(sorted(files)))
    start, end = sorted(data.draw(st.integers(0, len(files[damaged]))) for _ in range(2))
    end = min(end, start + 12)
    files[damaged] = files[damaged][:start] + data.draw(_PIECES) + files[damaged][end:]
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            (Path(folder) / path).parent.mkdir(parents=True, exist_ok=True)
            (Path(folder) / path).write_text(text, encoding="utf-8", newline="")
        documents: list[Document] = []
        answer = None
        try:
            documents = list(read_corpus(name, folder))
        except DataError as error:
            answer = error
    assert answer is None or answer.place
    for document in documents:
        for mention in document.mentions:
            assert 0 <= mention.start < mention.end <= len(document.text)
            assert list(mention.spans) == sorted(mention.spans)
