"""The catalogue captioner: says of new photos what the shop would list, knows how sure it is, repeats itself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from kg.errors import InputError, ModelError
from kg.pictures import open_picture
from linking.captions import Caption
from linking.captions.catalogue import PhotoExample, Training, load_catalogue, train_catalogue
from linking.mentions import NodeRef


def captions(training: Training, photos: Sequence[PhotoExample]) -> list[Caption]:
    return training.captioner.caption([open_picture(photo.path) for photo in photos])


def says(caption: Caption, label: str, node_id: str) -> bool:
    return any(word.node == NodeRef(label, node_id) for word in caption.words)


def test_new_photos_are_named(training: Training, new_photos: list[PhotoExample]) -> None:
    said = captions(training, new_photos)
    kinds = [
        says(caption, "Category", photo.image_id.split("-")[0]) for caption, photo in zip(said, new_photos, strict=True)
    ]
    colours = [
        says(caption, "Attribute", f"colour={photo.image_id.split('-')[1]}")
        for caption, photo in zip(said, new_photos, strict=True)
    ]
    assert sum(kinds) >= 0.95 * len(kinds)
    assert sum(colours) >= 0.9 * len(colours)


def test_colours_are_told_for_kinds_whose_colours_were_never_listed(
    training: Training, new_photos: list[PhotoExample]
) -> None:
    tents = [photo for photo in new_photos if photo.image_id.startswith("Tents")]
    assert all("colour" not in photo.labels for photo in tents)
    right = [
        says(caption, "Attribute", f"colour={photo.image_id.split('-')[1]}")
        for caption, photo in zip(captions(training, tents), tents, strict=True)
    ]
    assert sum(right) >= 0.8 * len(right)


def test_what_photos_do_not_show_is_not_said(training: Training, new_photos: list[PhotoExample]) -> None:
    kept = {report.head: report.kept for report in training.heads}
    assert (kept["season"], kept["year"], kept["colour"], kept["category 2"]) == (False, False, True, True)
    words = " ".join(caption.text for caption in captions(training, new_photos)).split()
    assert not {"summer", "winter"} & set(words)


def test_words_of_titles_are_said_where_they_are_seen(training: Training, new_photos: list[PhotoExample]) -> None:
    said = captions(training, new_photos)
    striped = {photo.image_id: photo.image_id.endswith("1") for photo in new_photos}
    right = [
        ("striped" in caption.text) == striped[photo.image_id] for caption, photo in zip(said, new_photos, strict=True)
    ]
    assert sum(right) >= 0.8 * len(right)
    assert not any("acme" in caption.text for caption in said)


def test_each_word_stands_where_it_says(training: Training, new_photos: list[PhotoExample]) -> None:
    names = {node: words for photo in new_photos for node, words in photo.labels.values()}
    for caption in captions(training, new_photos):
        for word in caption.words:
            assert 0 <= word.confidence <= 1
            assert 0 <= word.start < word.end <= len(caption.text)
            if word.node in names:
                assert caption.text[word.start : word.end] == names[word.node].lower()


def test_categories_of_a_caption_lie_on_one_path(training: Training, new_photos: list[PhotoExample]) -> None:
    above = {"Mugs": "Home", "Balls": "Outdoor", "Tents": "Outdoor"}
    for caption in captions(training, new_photos):
        steps = {word.node.id for word in caption.words if word.node is not None and word.node.label == "Category"}
        for kind in steps & set(above):
            assert steps <= {kind, above[kind]}


def test_one_picture_or_many_are_the_same(training: Training, new_photos: list[PhotoExample]) -> None:
    together = captions(training, new_photos[:5])
    apart = [captions(training, [photo])[0] for photo in new_photos[:5]]
    assert [caption.text for caption in together] == [caption.text for caption in apart]
    assert training.captioner.caption([]) == []


def test_pictures_of_any_shape(training: Training, new_photos: list[PhotoExample]) -> None:
    picture = open_picture(new_photos[0].path)
    for size in ((300, 40), (9, 200), (8, 8)):
        assert isinstance(training.captioner.caption([picture.resize(size)])[0], Caption)


def test_the_same_seed_and_photos_in_any_order_give_the_same_bytes(
    shop: list[PhotoExample], model: Path, tmp_path: Path
) -> None:
    train_catalogue(shop[::-1]).captioner.save(tmp_path / "again")
    for name in ("manifest.json", "weights.safetensors"):
        assert (tmp_path / "again" / name).read_bytes() == (model / name).read_bytes()


def test_what_is_saved_is_what_is_loaded(training: Training, model: Path, new_photos: list[PhotoExample]) -> None:
    loaded = load_catalogue(model)
    pictures = [open_picture(photo.path) for photo in new_photos[:6]]
    assert loaded.name == training.captioner.name
    assert loaded.caption(pictures) == training.captioner.caption(pictures)
    assert sorted(path.name for path in model.iterdir()) == ["manifest.json", "weights.safetensors"]


@pytest.mark.parametrize("damage", ["no folder", "no weights", "cut weights", "other words", "no json", "other format"])
def test_damage_does_not_go_unnoticed(damage: str, model: Path) -> None:
    manifest, weights = model / "manifest.json", model / "weights.safetensors"
    match damage:
        case "no folder":
            manifest.unlink()
        case "no weights":
            weights.unlink()
        case "cut weights":
            weights.write_bytes(weights.read_bytes()[:-1000])
        case "other words":
            manifest.write_text(manifest.read_text("utf-8").replace("Mugs", "Jugs"), "utf-8")
        case "no json":
            manifest.write_text("{", "utf-8")
        case "other format":
            manifest.write_text(json.dumps({**json.loads(manifest.read_text("utf-8")), "format": 99}), "utf-8")
    with pytest.raises(ModelError, match="Train the captioner again") as caught:
        load_catalogue(model)
    assert str(model) in str(caught.value)


def test_bad_photos_are_set_aside(shop: list[PhotoExample], tmp_path: Path) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_text("no photo")
    given = [*shop[:40], PhotoExample("bad", broken, "bad", "", shop[0].labels)]
    trained = train_catalogue(given)
    assert [(reject.image_id, reject.code) for reject in trained.rejects] == [("bad", "picture_format")]
    assert trained.photos == 40


def test_too_little_to_learn_from_says_so(shop: list[PhotoExample]) -> None:
    with pytest.raises(InputError, match="needs 20"):
        train_catalogue(shop[:5])
    unlabelled = [PhotoExample(one.image_id, one.path, one.product_id, "", {}) for one in shop]
    with pytest.raises(InputError, match="Nothing the shop says"):
        train_catalogue(unlabelled)
