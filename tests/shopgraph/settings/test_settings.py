"""Settings: what is wrong is named, and the file a project starts with says what the code does."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from kg.errors import ConfigurationError
from kg.snapshot import SplitMethod, SplitSettings
from recommender.settings import TrainSettings
from shopgraph.settings import Settings, load_settings, parse_settings, settings_template


def _parse(text: str) -> Settings:
    return parse_settings(tomllib.loads(text), where="shopgraph.toml")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[training]\ntrails = 3", ["shopgraph.toml", "[training]", '"trails"', 'Did you mean "trials"?']),
        ("[trainin]\nseed = 3", ["[trainin]", 'Did you mean "training"?']),
        ("training = 3", ["[training]", "section"]),
        ('[training]\ntrials = "5"', ["[training] trials", '"5"', "integer"]),
        ("[training]\ntrials = 0", ["[training] trials is 0", "greater than or equal to 1"]),
        ("[split]\nfraction = 1.5", ["[split] fraction is 1.5", "less than 1"]),
        ('[split]\nmethod = "tme"', ["[split] method", "'time'"]),
        ('[split]\ntarget_kinds = ["bought"]', ["[split] target_kinds", '"bought"', "purchased"]),
        ("[training.kind_weights]\nVIEW = 1.0", ["[training] kind_weights", "VIEWED"]),
        ('[store]\npassword = "secret"', ["[store]", '"password"', 'Did you mean "password_env"?']),
        ("[evaluation]\nks = []", ["[evaluation] ks"]),
        ("[split]\nseed = 1979-05-27", ["[split] seed"]),
    ],
)
def test_what_is_wrong_is_named_with_file_and_key(text: str, words: list[str]) -> None:
    with pytest.raises(ConfigurationError) as caught:
        _parse(text)
    for word in words:
        assert word in str(caught.value)


def test_every_wrong_key_is_named_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        _parse('[split]\nmethod = "tme"\n[training]\ntrails = 3')
    assert "method" in str(caught.value)
    assert "trails" in str(caught.value)


def test_the_template_sets_nothing() -> None:
    assert _parse(settings_template()) == Settings()


def test_the_template_uncommented_holds_every_key_with_its_default() -> None:
    text = re.sub(r"(?m)^#(?=\w+ = )", "", settings_template())
    values = tomllib.loads(text)
    settings = _parse(text)
    for name, field in Settings.model_fields.items():
        part = field.get_default(call_default_factory=True)
        assert set(values[name]) == set(type(part).model_fields)
        for key, default in part:
            if default is not None:
                assert getattr(getattr(settings, name), key) == default


def test_every_key_is_described() -> None:
    for field in Settings.model_fields.values():
        part = field.get_default(call_default_factory=True)
        for key, info in type(part).model_fields.items():
            assert info.description, key


def test_the_defaults_are_those_of_the_parts_that_use_them() -> None:
    assert Settings().split.as_split() == SplitSettings()
    assert Settings().training.as_train() == TrainSettings()


def test_parts_are_translated() -> None:
    settings = _parse(
        '[split]\nmethod = "time"\ntarget_kinds = ["rated"]\nmin_value = 4\n[training]\nkind_weights = { VIEWED = 1 }\n'
    )
    assert settings.split.as_split() == SplitSettings(method=SplitMethod.TIME, target_kinds=("rated",), min_value=4.0)
    weights = settings.training.as_train().kind_weights
    assert weights["VIEWED"] == 1.0
    network = _parse("[network]\nalignment = 0.1").network.as_settings(seed=3)
    assert network is not None
    assert (network.alignment, network.seed) == (0.1, 3)
    assert weights["PURCHASED"] == TrainSettings().kind_weights["PURCHASED"]


def test_known_parameters_turn_tuning_off() -> None:
    training = _parse("[training]\nparameters = { ridge = 5 }").training
    assert (training.as_train().tune, training.as_train().parameters) == (False, {"ridge": 5.0})
    untuned = _parse("[training]\ntune = false").training
    assert untuned.as_train(tuned={"ridge": 2.0}).parameters == {"ridge": 2.0}
    assert Settings().training.as_train(tuned={"ridge": 2.0}).parameters is None
    assert Settings().training.as_train(tuned={"ridge": 2.0}, tune=False).parameters == {"ridge": 2.0}


def test_the_password_comes_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = _parse('[store]\nurl = "bolt://localhost:1"\npassword_env = "SHOP_SECRET"').store
    monkeypatch.delenv("SHOP_SECRET", raising=False)
    with pytest.raises(ConfigurationError, match="SHOP_SECRET"):
        store.open(tmp_path, read_only=True)


@pytest.mark.parametrize("content", [b"[split\n", b"\xff\xfe", b"a = 1\na = 2\n"])
def test_a_file_that_is_not_toml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "shopgraph.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigurationError, match=r"shopgraph\.toml"):
        load_settings(path)
