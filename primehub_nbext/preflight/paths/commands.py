"""A shell command in; the words of it that are paths, and what is done with them, out."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from .calls import FETCH, GO, LINK, MAKE, MAY, READ, SEARCH, WRITE
from .functions import OUTPUTS, words

MAX_COMMAND = 2000  # characters of a command that is looked at
ENDS = frozenset({"&&", "||", ";", "|", "&", "|&", "(", ")", ";;"})
TO, FROM = frozenset({">", ">>", "&>", "2>", ">|"}), frozenset({"<"})
HERE = frozenset({"<<", "<<<"})  # what follows is no path, but where the text below ends, or the text
BEFORE = frozenset({"do", "then", "else", "time", "nohup", "sudo", "exec", "command", "!", "{"})
COPIERS = frozenset({"cp", "mv", "rsync", "install"})
READERS = frozenset({"cat", "head", "tail", "wc", "less", "more", "source", ".", "sort", "jq"})
RUNNERS = words("python python3 bash sh zsh ksh dash perl Rscript julia {sys.executable}")  # of a program by its path
# Options that take a word, which then is no path; and those whose word is one.
TAKES: dict[str, set[str]] = {
    "head": {"-n", "-c"},
    "tail": {"-n", "-c"},
    "mkdir": {"-m"},
    "unzip": {"-d", "-x"},
    "zip": {"-x", "-i"},
    "sort": {"-k", "-t"},
    "rsync": {"-e"},
}
FETCHES = {
    "wget": {"-O", "-P", "output_document", "directory_prefix"},
    "curl": {"-o", "output"},
    "gdown": {"-O"},
}
QUIET = words("""
    ls echo pip pip3 conda mamba apt apt-get nvidia-smi cat head tail wc pwd which whoami env free df du lscpu grep true
    sleep date uname export printf ps nproc file tree find
""")


class Command:
    """One command of a line: its words, and where it sends what it says."""

    def __init__(self, words: list[str], sent_to: list[str], read_from: list[str]):
        while words and (words[0] in BEFORE or ("=" in words[0] and words[0].partition("=")[0].isidentifier())):
            words = words[1:]
        self.name = words[0].rpartition("/")[2] if words else ""
        self._words = words[1:]
        self._sent_to, self._read_from = sent_to, read_from

    @property
    def quiet(self) -> bool:
        """Whether it is known to make no files, but for what it is told to."""
        return self.name in QUIET or not self.name

    def deeds(self) -> Iterator[tuple[str, str]]:
        """Each of its words that is a path, with what is done there, in their order."""
        for word in self._read_from:
            yield word, READ
        yield from self._own_deeds()
        for word in self._sent_to:
            yield word, WRITE

    def _own_deeds(self) -> Iterator[tuple[str, str]]:
        plain, options = self._sorted()
        if self.name == "cd":
            yield (plain[0] if plain else "~"), GO
        elif self.name == "mkdir":
            yield from ((word, MAKE) for word in plain)
        elif self.name in ("touch", "tee"):
            yield from ((word, WRITE) for word in plain)
        elif self.name == "ln" and len(plain) == 2:
            yield plain[0], SEARCH
            yield plain[1], LINK
        elif self.name == "install" and "-d" in options:
            yield from ((word, MAKE) for word in plain)
        elif self.name in COPIERS and len(plain) > 1 and "-t" not in options:
            yield from ((word, READ) for word in plain[:-1])
            yield plain[-1], WRITE
        elif self.name == "unzip" and plain:
            yield plain[0], READ
            if options.get("-d"):
                yield options["-d"], FETCH
        elif self.name == "zip" and plain:
            yield plain[0], WRITE
            yield from ((word, READ) for word in plain[1:])
        elif self.name == "tar" and self._words:
            yield from self._packed()
        elif self.name == "grep" and not {"-e", "-f"} & options.keys():
            yield from ((word, READ) for word in plain[1:])
        elif self.name in ("pip", "pip3") and self._words[:1] == ["install"]:
            yield from self._installed()
        elif self.name in READERS:
            yield from ((word, READ) for word in plain)
        elif self.name in FETCHES and any(map(options.get, FETCHES[self.name])):
            yield from ((options[each], FETCH) for each in FETCHES[self.name] if options.get(each))
        elif not self.quiet:
            runs = self.name in RUNNERS and bool(plain) and self._words[0] == plain[0]
            yield from ((word, READ if runs and not at else MAY) for at, word in enumerate(plain))
            yield from ((word, WRITE if option in OUTPUTS else MAY) for option, word in options.items() if word)

    def _packed(self) -> Iterator[tuple[str, str]]:
        """What `tar` packs and unpacks: `xzf a`, `-xzf a` and `-x -f a`."""
        flags = self._words[0].lstrip("-") if not self._words[0].startswith("--") else ""
        rest = self._words[1:]
        if not flags.endswith("f"):
            yield from ((word, MAY) for word in rest if not word.startswith("-"))
        elif rest and "x" in flags:
            yield rest[0], READ
            yield from ((folder, FETCH) for option, folder in zip(rest, rest[1:]) if option == "-C")
        elif rest and "c" in flags:
            yield rest[0], WRITE
            yield from ((word, MAY) for word in rest[1:] if not word.startswith("-"))

    def _installed(self) -> Iterator[tuple[str, str]]:
        """What `pip install` reads: folders and files of packages, and lists of them."""
        for before, word in zip(self._words, self._words[1:]):
            listed = before in ("-r", "-c", "--requirement", "--constraint")
            folder = before in ("install", "-e", "--editable") or not before.startswith("-")
            if listed or (folder and word.startswith(("/", "~", "../", "$HOME", "${HOME}"))):
                yield word.partition("[")[0], READ

    def _sorted(self) -> tuple[list[str], dict[str, str]]:
        """Its words without options; and its options, each with the word that follows it."""
        plain, options, takes = list[str](), dict[str, str](), TAKES.get(self.name, set())
        words = iter(range(len(self._words)))
        for at in words:
            word, after = self._words[at], self._words[at + 1] if at + 1 < len(self._words) else ""
            if word.startswith("-") and len(word) > 1:
                option, _, value = word.partition("=")
                options[option.lstrip("-").replace("-", "_") if option.startswith("--") else option] = value or after
                if word in takes:
                    next(words, None)
            else:
                plain.append(word)
        return plain, options


def commands_of(text: str) -> list[Command] | None:
    """The commands of one line; None where it is too long, or nothing that a shell would read so."""
    if len(text) > MAX_COMMAND:
        return None
    lexer = shlex.shlex(text, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    try:
        words = list(lexer)
    except ValueError:
        return None
    found, own, sent_to, read_from = list[Command](), list[str](), list[str](), list[str]()
    place = iter(words)
    for word in place:
        if word in ENDS:
            found.append(Command(own, sent_to, read_from))
            own, sent_to, read_from = [], [], []
        elif word in TO or word in FROM:
            (sent_to if word in TO else read_from).extend(list(_next(place)))
        elif word in HERE:
            list(_next(place))
        else:
            own.append(word)
    return [*found, Command(own, sent_to, read_from)]


def _next(words: Iterator[str]) -> Iterator[str]:
    for word in words:
        yield word
        return
