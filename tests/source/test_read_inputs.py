"""PATH arguments: files, directories, standard input, and what cannot be read."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from kspec.source.read import Inputs, Language, read_inputs


def write(folder: Path, name: str, data: str | bytes = "apiVersion: v1\nkind: A\n") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def only(inputs: Inputs) -> str:
    assert not inputs.files
    (diagnostic,) = inputs.diagnostics
    assert diagnostic.rule.id == "KS0024"
    return diagnostic.message


def test_a_directory_means_its_files_sorted_and_not_the_hidden_ones(tmp_path: Path) -> None:
    for name in ("b.yaml", "a.yml", "sub/c.json", "sub/d.kspec", ".hidden.yaml", ".git/e.yaml", "README.md", "Z.YAML"):
        write(tmp_path, name)
    inputs = read_inputs([str(tmp_path)])
    assert [Path(f.source.path).relative_to(tmp_path).as_posix() for f in inputs.files] == [
        "Z.YAML",
        "a.yml",
        "b.yaml",
        "sub/c.json",
        "sub/d.kspec",
    ]
    assert [f.language for f in inputs.files] == [Language.MANIFEST] * 4 + [Language.KSPEC]


def test_a_file_that_two_arguments_mean_is_read_once(tmp_path: Path) -> None:
    file = write(tmp_path, "a.yaml")
    inputs = read_inputs([str(file), str(tmp_path), str(file)])
    assert len(inputs.files) == 1


def test_arguments_keep_their_order(tmp_path: Path) -> None:
    second, first = write(tmp_path, "a.yaml"), write(tmp_path, "b.yaml")
    assert [f.source.path for f in read_inputs([str(first), str(second)]).files] == [str(first), str(second)]


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("apiVersion: v1\nkind: A\n", Language.MANIFEST),
        ("# comment\n\nkind: A\napiVersion: v1\n", Language.MANIFEST),
        ('{"apiVersion": "v1"}', Language.MANIFEST),
        ("---\nfoo: bar\n", Language.MANIFEST),
        ('kubernetes: "1.36"\nnamespace shop {}\n', Language.KSPEC),
    ],
)
def test_standard_input_is_recognised_by_its_text(text: str, language: Language) -> None:
    (file,) = read_inputs(["-"], io.BytesIO(text.encode())).files
    assert file.language is language
    assert file.source.path == "<stdin>"


def test_a_byte_order_mark_is_not_part_of_the_text(tmp_path: Path) -> None:
    file = write(tmp_path, "a.yaml", b"\xef\xbb\xbfapiVersion: v1\nkind: A\n")
    assert read_inputs([str(file)]).files[0].source.text.startswith("apiVersion")


def test_a_missing_file_is_named_with_a_similar_one(tmp_path: Path) -> None:
    write(tmp_path, "deployment.yaml")
    inputs = read_inputs([str(tmp_path / "deploymet.yaml")])
    assert "no such file" in only(inputs)
    assert inputs.diagnostics[0].help == f"did you mean `{(tmp_path / 'deployment.yaml').as_posix()}`?"
    assert inputs.diagnostics[0].span is None


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"# only\n---\n# comments\n", "nothing but comments"),
        (b"\x7fELF\x00\x01", "binary"),
        (b"a: b\nc: \xe9t\xe9\n", "not UTF-8: byte 0xe9"),
        ("a: b".encode("utf-16"), "UTF-16"),
        ("a: b".encode("utf-32"), "UTF-32"),
    ],
)
def test_what_is_no_text_is_said_in_words(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in only(read_inputs([str(write(tmp_path, "a.yaml", data))]))


def test_a_byte_that_is_no_utf8_has_its_place(tmp_path: Path) -> None:
    (diagnostic,) = read_inputs([str(write(tmp_path, "a.yaml", b"a: b\nc: \xe9"))]).diagnostics
    assert diagnostic.span is not None
    assert (diagnostic.span.line, diagnostic.span.column) == (2, 4)


def test_a_directory_without_manifests_is_an_error(tmp_path: Path) -> None:
    write(tmp_path, "README.md")
    assert "holds no manifests" in only(read_inputs([str(tmp_path)]))


def test_empty_files_in_a_directory_are_no_error(tmp_path: Path) -> None:
    write(tmp_path, "a.yaml", "")
    write(tmp_path, "b.yaml")
    assert not read_inputs([str(tmp_path)]).diagnostics


def test_a_file_over_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kspec.source.read.MAX_FILE_BYTES", 2**20)
    assert "larger than 1 MiB" in only(read_inputs([str(write(tmp_path, "a.yaml", "#" * (2**20 + 1)))]))


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000])
def test_impossible_names_do_not_raise(name: str) -> None:
    assert "cannot be read" in only(read_inputs([name]))


def test_one_unreadable_file_does_not_hide_the_others(tmp_path: Path) -> None:
    inputs = read_inputs([str(tmp_path / "no.yaml"), str(write(tmp_path, "a.yaml"))])
    assert len(inputs.files) == len(inputs.diagnostics) == 1
