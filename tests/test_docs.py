"""The README and the pages of `docs/`: links, pictures and commands hold."""

from __future__ import annotations

import itertools
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
import typer.main

from bridge.cli import app as facewire
from bridge.config_file import load_config
from models.cli import app as facewire_models

ROOT = Path(__file__).parents[1]

PAGES = (
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "models" / "cards").glob("*.md")),
)

COMMANDS = {
    "facewire": typer.main.get_command(facewire),
    "facewire-models": typer.main.get_command(facewire_models),
}

LINES = 160
"""Of the README at most."""

_FENCE = re.compile(r"^( *)```(\w*)\n(.*?)^\1```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"`([^`\n]+)`")
_WRAPPED_SPAN = re.compile(r"`([^`]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_OURS = re.compile(r"(?:bridge|docs|engines|models|protocols|tests)/[\w/.-]+")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def prose(page: Path) -> str:
    """Return a page without its blocks of code."""
    return _FENCE.sub("", page.read_text("utf-8"))


def anchors(page: Path) -> set[str]:
    """Return the names that GitHub gives a page's headings."""
    found: set[str] = set()
    for heading in _HEADING.findall(prose(page)):
        shown = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        slug = re.sub(r"[^\w\- ]", "", shown.lower()).strip().replace(" ", "-")
        number, name = 0, slug
        while name in found:
            number += 1
            name = f"{slug}-{number}"
        found.add(name)
    return found


def links(page: Path) -> list[str]:
    """Return where a page's links and pictures lead, those to the web left out."""
    found = _LINK.findall(_SPAN.sub("", prose(page)))
    return [link for link in found if "://" not in link and link[:7] != "mailto:"]


def shell_lines(page: Path) -> Iterator[str]:
    """Yield the lines of a page's shell blocks, and the code in its sentences."""
    text = page.read_text("utf-8")
    for _, language, block in _FENCE.findall(text):
        if language in ("sh", "powershell"):
            yield from block.replace("\\\n", " ").splitlines()
    yield from (" ".join(span.split()) for span in _WRAPPED_SPAN.findall(prose(page)))


def commands(page: Path) -> list[list[str]]:
    """Return the words of each of our commands that a page shows."""
    found = []
    for line in shell_lines(page):
        lexer = shlex.shlex(line, posix=True, punctuation_chars="&|;")
        # On Windows a backslash parts folders.
        lexer.whitespace_split, lexer.escape = True, ""
        try:
            words = list(lexer)
        except ValueError:
            continue  # No command: an apostrophe in a piece of code.
        part: list[str] = []
        for word in [*words, ";"]:
            if set(word) <= set("&|;"):
                if part and re.split(r"[/\\]", part[0])[-1] in COMMANDS:
                    part[0] = re.split(r"[/\\]", part[0])[-1]
                    found.append(part)
                part = []
            else:
                part.append(word)
    return found


def options(page: Path) -> Iterator[tuple[list[str], list[str]]]:
    """Yield the sinks and the settings of each line of a page that has any."""
    for line in shell_lines(page):
        found: dict[str, list[str]] = {"--sink": [], "--set": []}
        try:
            words = shlex.split(line, comments=True)
        except ValueError:
            continue  # As above.
        for option, value in itertools.pairwise(words):
            if option in found and value != "key=value":
                found[option].append(value)
        if any(found.values()):
            yield found["--sink"], found["--set"]


def refusal(words: list[str]) -> str:
    """Return why a command line is not one of ours; empty if it is."""
    name, *rest = words
    command = COMMANDS[name]
    while True:
        subcommands = getattr(command, "commands", None)
        if subcommands is None or not rest or rest[0].startswith("-"):
            break
        if rest[0] not in subcommands:
            return f"{name} has no command {rest[0]!r}"
        command = subcommands[rest[0]]
        name, rest = f"{name} {rest[0]}", rest[1:]
    context = command.context_class(command, info_name=name)
    try:
        _, left, _ = command.make_parser(context).parse_args(list(rest))
    except Exception as error:
        # Whichever click typer brings: NoSuchOption, or an option without its value.
        return f"{name}: {error}"
    return f"{name} takes no {left}" if left else ""


def test_the_readme_is_short() -> None:
    assert len((ROOT / "README.md").read_text("utf-8").splitlines()) <= LINES


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_link_leads_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        path, _, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists():
            broken.append(f"{link}: no such file")
        elif anchor and anchor not in anchors(target):
            broken.append(f"{link}: no such heading in {name_of(target)}")
    assert not broken, f"{name_of(page)}: " + "; ".join(broken)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_is_shown_is_one(page: Path) -> None:
    wrong = [
        f"{shlex.join(words)}: {why}"
        for words in commands(page)
        if (why := refusal(words))
    ]
    assert not wrong, f"{name_of(page)}:\n" + "\n".join(wrong)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_sink_and_setting_that_is_shown_is_one(page: Path) -> None:
    for sinks, settings in options(page):
        load_config(sinks=sinks, settings=settings)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_file_that_is_named_is_there(page: Path) -> None:
    named = [path for path in _SPAN.findall(prose(page)) if _OURS.fullmatch(path)]
    lost = [path for path in named if not (ROOT / path).exists()]
    assert not [path for path in lost if "yours" not in path]


def test_the_pages_are_all_reached_from_the_readme() -> None:
    seen, todo = set(), [ROOT / "README.md"]
    while todo:
        page = todo.pop()
        if page in seen:
            continue
        seen.add(page)
        for link in links(page):
            target = (page.parent / unquote(link).partition("#")[0]).resolve()
            if target.suffix == ".md" and target.is_file():
                todo.append(target)
    lost = {name_of(page) for page in PAGES if page not in seen}
    assert not lost, f"no link leads to {', '.join(sorted(lost))}"


def test_architecture_names_every_wall_between_packages() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    told = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    names = [wall["name"] for wall in told["tool"]["importlinter"]["contracts"]]
    assert not [name for name in names if f"| {name} |" not in page]


@pytest.mark.parametrize(
    "words",
    [
        ["facewire", "fly"],
        ["facewire", "take", "eat"],
        ["facewire", "run", "--sinks", "vmc"],
        ["facewire", "run", "--source"],
        ["facewire", "init", "one.toml", "two.toml"],
        ["facewire-models", "train", "nothing"],
    ],
    ids=" ".join,
)
def test_what_is_no_command_is_refused(words: list[str]) -> None:
    assert refusal(words)


def test_commands_are_found_in_blocks_and_sentences(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "Say `facewire doctor`, or `facewire\nrun`.\n\n"
        "```sh\n.venv/bin/facewire init && .venv/bin/facewire run a.toml  # it\n```\n\n"
        "```powershell\n.venv\\Scripts\\facewire run --source demo\n```\n",
        "utf-8",
    )
    assert commands(page) == [
        ["facewire", "init"],
        ["facewire", "run", "a.toml"],
        ["facewire", "run", "--source", "demo"],
        ["facewire", "doctor"],
        ["facewire", "run"],
    ]
