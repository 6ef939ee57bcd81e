"""Every module, file, command and model that a page or a docstring names is there.

The changelog is left out: it names what is gone. So is what only a build makes (``data/``).
"""

import ast
import importlib
import re
import shlex
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main

from inspections.cli.main import app
from inspections.settings import PROJECT

PACKAGES = ("inspections", "dagster_project", "expectations", "benchmarks", "tests")
IGNORED = ("CHANGELOG.md", "data", ".venv")
_QUOTED = re.compile(r":(?:mod|func|class|meth|attr|data):`~?([\w.]+)`|`+([^`]+)`+")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_MODULE = re.compile(rf"(?:{'|'.join(PACKAGES)})(?:\.\w+)+")
_FILE = re.compile(r"[\w./*-]+\.(?:py|sql|yml|toml|md|sh|js|lock)")
_MODEL = re.compile(r"(?:stg|int|fct|dim|bridge|report)_\w+")


def project_files() -> list[Path]:
    """The files of the project, by git where there is one, relative to its folder."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [Path(name) for name in listed.stdout.splitlines()]
    if listed.returncode:
        # An archive of the project has no list.
        found = [path.relative_to(PROJECT) for path in PROJECT.rglob("*")]
    return [
        path
        for path in found
        if (PROJECT / path).is_file() and not {path.name, path.parts[0]} & set(IGNORED)
    ]


FILES = project_files()
NAMES = {path.name for path in FILES}
TOPS = {path.parts[0] for path in FILES}
MODELS = {path.stem for path in FILES if path.parts[0] == "dbt" and path.suffix in (".sql", ".csv")}
TARGETS = set(re.findall(r"^([a-z.][\w/-]*):", (PROJECT / "Makefile").read_text("utf-8"), re.M))
COMMANDS = typer.main.get_command(app).commands  # type: ignore[attr-defined]


def prose(path: Path) -> Iterator[str]:
    """A page's text, or a module's docstrings."""
    text = (PROJECT / path).read_text("utf-8")
    if path.suffix == ".md":
        yield text
        return
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and (
            said := ast.get_docstring(node)
        ):
            yield said


def is_importable(name: str) -> bool:
    """Whether a dotted name is a module, or something in one."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            if not hasattr(found, part):
                return False
            found = getattr(found, part)
        return True
    return False


def is_there(word: str, page: Path) -> bool:
    """Whether a path leads to something, from the project's folder or the page's own."""
    # <type>, <room>: any.
    pattern = re.sub(r"<[^>]*>", "*", word.rstrip("/"))
    return any(list((PROJECT / start).glob(pattern)) for start in ("", page.parent))


def missing_in_command(line: str) -> list[str]:
    """Parts of a command line that do not exist."""
    try:
        words = shlex.split(line, comments=True)
    except ValueError:
        return []
    if words[:1] == ["make"]:
        named = [word for word in words[1:] if "=" not in word]
        return [f"make {word}" for word in named[:1] if word not in TARGETS]
    if not words or Path(words[0]).name != "inspections" or len(words) < 2:
        return []
    if words[1] == "--help":
        return []
    if words[1] not in COMMANDS:
        return [f"inspections {words[1]}"]
    options = {
        option for given in COMMANDS[words[1]].params for option in (*given.opts, *given.secondary_opts)
    } | {"--help"}  # fmt: skip
    return [
        f"inspections {words[1]} {word}"
        for word in words[2:]
        if re.fullmatch(r"--[a-z-]+", word) and word not in options
    ]


def missing(text: str, page: Path) -> list[str]:
    """The names of a text that lead nowhere."""
    found = []
    for match in _QUOTED.finditer(text):
        quoted = match[1] or " ".join(match[2].split())
        if re.match(r"(?:make|inspections|\.venv/bin/inspections) ", quoted):
            found += missing_in_command(quoted)
        # What is called is no file.
        for word in re.findall(r"[\w./*<>-]+(?![\w./*<>(-])", quoted):
            word = word.removesuffix(".")
            if _FILE.fullmatch(word) and "/" not in word:
                is_known = word in NAMES or word.startswith(".")
            elif _MODULE.fullmatch(word):
                is_known = is_importable(word)
            elif "/" in word and word.split("/")[0] in TOPS:
                is_known = is_there(word, page)
            elif _MODEL.fullmatch(word):
                is_known = word in MODELS or is_a_column(word)
            else:
                continue
            if not is_known:
                found.append(word)
    if page.suffix == ".md":
        blocks = re.findall(r"^(?: {4,}|\$ )(.+)$", text, re.M)
        blocks += [
            line
            for block in re.findall(r"^```(?:sh|bash|console)?\n(.*?)^```", text, re.M | re.S)
            for line in block.splitlines()
        ]
        for line in blocks:
            found += missing_in_command(line)
        for target in _LINK.findall(text):
            found += missing_of_link(target, page)
    return found


def is_a_column(word: str) -> bool:
    """Whether a word is the name of a column of a model, or of a test."""
    return any(
        re.search(rf"\bname: {word}\b", (PROJECT / path).read_text("utf-8"))
        for path in FILES
        if path.parts[0] == "dbt" and path.suffix == ".yml"
    )


def missing_of_link(target: str, page: Path) -> list[str]:
    """The missing part of a relative link: the file, or the heading in it."""
    if re.match(r"[a-z]+:", target):
        return []
    name, _, heading = target.partition("#")
    path = (PROJECT / page.parent / name).resolve() if name else PROJECT / page
    if not path.exists():
        return [target]
    if heading and path.suffix == ".md":
        headings = re.findall(r"^#+ (.+)$", path.read_text("utf-8"), re.M)
        if heading not in {slug(each) for each in headings}:
            return [target]
    return []


def slug(heading: str) -> str:
    """A heading's anchor, as GitHub makes it."""
    plain = re.sub(r"[^\w\- ]", "", heading.lower().replace("`", ""))
    return plain.replace(" ", "-")


@pytest.mark.parametrize("page", [p for p in FILES if p.suffix == ".md"], ids=str)
def test_what_a_page_names_is_there(page: Path) -> None:
    """Pages named modules that had been renamed or removed."""
    assert [name for text in prose(page) for name in missing(text, page)] == []


def test_what_a_docstring_names_is_there() -> None:
    """Docstrings named files by the paths that they had once."""
    modules = [path for path in FILES if path.suffix == ".py" and path.parts[0] in PACKAGES]
    found = {
        str(path): [n for text in prose(path) for n in missing(text, path)] for path in modules
    }
    assert len(modules) > 150
    assert {path: names for path, names in found.items() if names} == {}


def test_a_name_that_leads_nowhere_is_found() -> None:
    text = (
        "`inspections.intake.facts`, ``tests/kill_at_random.py``, `make clients`, `fct_nothing`,"
        " [a page](docs/nowhere.md), [a heading](README.md#nowhere)\n\n"
        "    inspections build --no-such-option\n    make nothing\n"
    )
    assert missing(text, Path("README.md")) == [
        "inspections.intake.facts",
        "tests/kill_at_random.py",
        "make clients",
        "fct_nothing",
        "inspections build --no-such-option",
        "make nothing",
        "docs/nowhere.md",
        "README.md#nowhere",
    ]
