"""What is made of the vocabulary is kept between runs, and never used when it is not what would be made now."""

import pytest

from ingest.lexicon import kept


@pytest.fixture
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    return tmp_path / "carrel" / "words.json"


@pytest.fixture
def words():
    """A maker of words that knows how often it was asked."""

    def make(*texts):
        make.times += 1
        return [text.decode().upper() for text in texts]

    make.times = 0
    return make


def test_what_was_made_is_kept(cache, words):
    assert kept("words", words, [b"a", b"b"], []) == kept("words", words, [b"a", b"b"], []) == ["A", "B"]
    assert words.times == 1
    assert [path.name for path in cache.parent.iterdir()] == ["words.json"]


@pytest.mark.parametrize("texts", [[b"a", b"c"], [b"ab"], [b"b", b"a"]])
def test_other_texts_are_made_anew(cache, words, texts):
    kept("words", words, [b"a", b"b"], [])
    assert kept("words", words, texts, []) == [text.decode().upper() for text in texts]


def test_other_code_makes_anew(cache, words):
    for code in ([], ["paper.py"], ["cleaning.py"]):
        kept("words", words, [b"a"], code)
    assert words.times == 3


@pytest.mark.parametrize("damage", [b"", b"\n", b"null", b"\x80\x04"])
def test_a_damaged_file_is_not_used(cache, words, damage):
    kept("words", words, [b"a"], [])
    whole = cache.read_bytes()
    for stored in (damage, whole[:-1], whole + b" ", whole.replace(b'"A"', b'"B"')):
        cache.write_bytes(stored)
        assert kept("words", words, [b"a"], []) == ["A"]


def test_without_a_folder_to_keep_it_in_it_is_made_each_time(tmp_path, monkeypatch, words):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert kept("words", words, [b"a"], []) == kept("words", words, [b"a"], []) == ["A"]
    assert words.times == 2
