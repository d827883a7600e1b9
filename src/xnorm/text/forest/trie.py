"""The automaton: a trie whose edges are symbols, walked along positions that offer several each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec


class Trie(msgspec.Struct, array_like=True):
    """Sequences of symbols, each with the numbers of what it stands for.

    A walk follows every symbol that a position offers. It is never longer than the longest
    sequence and never holds more nodes than the trie has, so a text takes linear time.

    Attributes:
        edges: for each node, from symbol to node; node 0 is the root.
        ends: for each node where a sequence ends, the numbers added there.
    """

    edges: list[dict[str, int]] = msgspec.field(default_factory=lambda: [{}])
    ends: dict[int, list[int]] = {}

    def add(self, symbols: Iterable[str], number: int) -> None:
        """Adds a sequence."""
        node = 0
        for symbol in symbols:
            following = self.edges[node].get(symbol)
            if following is None:
                following = self.edges[node][symbol] = len(self.edges)
                self.edges.append({})
            node = following
        self.ends.setdefault(node, []).append(number)

    def below(self, node: int) -> Iterator[int]:
        """The numbers of all sequences through a node."""
        nodes = [node]
        while nodes:
            node = nodes.pop()
            yield from self.ends.get(node, ())
            nodes += self.edges[node].values()

    def matches(self, offered: Sequence[Sequence[str]], start: int) -> list[tuple[int, list[int]]]:
        """What begins at a position: (end, numbers), longest first.

        >>> trie = Trie()
        >>> trie.add(["acute", "pain"], 1)
        >>> trie.add(["acute"], 2)
        >>> trie.matches([("acute",), ("Pain", "pain")], 0)
        [(2, [1]), (1, [2])]
        """
        found: list[tuple[int, list[int]]] = []
        nodes = [0]
        edges, ends = self.edges, self.ends
        for at in range(start, len(offered)):
            symbols = offered[at]
            nodes = [edges[node][s] for node in nodes for s in symbols if s in edges[node]]
            if not nodes:
                break
            numbers = [number for node in nodes for number in ends.get(node, ())]
            if numbers:
                found.append((at + 1, numbers))
        found.reverse()
        return found
