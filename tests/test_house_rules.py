"""The house's own rules, where no tool keeps them."""

import ast
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = [
    path
    for top in ("bot", "storage")
    for path in sorted((ROOT / top).rglob("*.py"))
    if "versions" not in path.parts
]
TOP_LEVEL = {
    "pyproject.toml", "README.md", "bot", "storage", "tests", "bench",
    "LICENSE", "CHANGELOG.md", "CONTRIBUTING.md", "constraints.txt",
}  # fmt: skip
NO_NAMES = {"helpers", "utils", "common", "manager", "misc", "base"}


def tracked() -> list[str]:
    listed = subprocess.run(
        ["git", "ls-files"],  # noqa: S607 - git is what CI has
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return listed.stdout.splitlines()


def test_there_are_rooms_to_look_at() -> None:
    assert len(ROOMS) > 30


@pytest.mark.parametrize("path", ROOMS, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_module_is_short_and_says_what_it_does(path: Path) -> None:
    source = path.read_text()
    assert source.count("\n") <= 300, "a room with two ideas: split it"
    assert ast.get_docstring(ast.parse(source)), "a module starts with a line on what it does"
    assert path.stem not in NO_NAMES


def test_one_broad_except_where_a_job_runs_and_one_round_a_send() -> None:
    broad = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in ROOMS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
        # What cleans up and raises again swallows nothing.
        and not (isinstance(node.body[-1], ast.Raise) and node.body[-1].exc is None)
    ]
    assert len(broad) <= 2, broad


def test_nothing_but_the_owners_rooms_stands_at_the_top() -> None:
    files = tracked()
    assert "pyproject.toml" in files
    found = {name.split("/")[0] for name in files}
    assert {name for name in found if not name.startswith(".")} <= TOP_LEVEL


def test_no_package_index_is_named() -> None:
    names = [".".join(parts) for parts in (("pypi", "org"), ("files", "pythonhosted", "org"))]
    files = [ROOT / name for name in tracked() if (ROOT / name).is_file()]
    assert len(files) > 30
    for path in files:
        text = path.read_bytes()
        assert not any(name.encode() in text for name in names), path


def test_storage_and_core_keep_nothing_in_globals() -> None:
    offenders = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in ROOMS
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Global)
    ]
    assert offenders == []


def test_only_the_web_side_and_the_demo_listen() -> None:
    listening = {
        path.relative_to(ROOT).parts[:2]
        for path in ROOMS
        for node in ast.walk(ast.parse(path.read_text()))
        if (isinstance(node, ast.ImportFrom) and node.module == "aiohttp"
            and any(name.name == "web" for name in node.names))
        or (isinstance(node, ast.ImportFrom | ast.Import) and "aiohttp.web" in ast.unparse(node))
    }  # fmt: skip
    assert listening == {("bot", "web"), ("bot", "demo")}
