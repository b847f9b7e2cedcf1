"""What a photo is described by: in order, whatever the batches, and telling a second colour from a shadow."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from linking.captions.catalogue.features import SIZE, describe
from linking.captions.catalogue.own import own_colours, usual_colours


def product(main: tuple[int, int, int], part: tuple[int, int, int]) -> npt.NDArray[np.uint8]:
    """Draw a square of a colour, a fifth of it of another, on a pale ground."""
    photo = np.full((SIZE, SIZE, 3), 244, np.uint8)
    photo[24:104, 24:104] = main
    photo[88:104, 24:104] = part
    return photo


def test_photos_keep_their_order_over_batches() -> None:
    rng = np.random.default_rng(0)
    colours = rng.integers(0, 200, (19, 3))
    photos = np.stack([product((r, g, b), (b, r, g)) for r, g, b in colours])
    together = describe(photos)
    for row in (0, 7, 8, 18):
        for name, group in describe(photos[row : row + 1]).items():
            np.testing.assert_allclose(together[name][row], group[0], atol=1e-4, err_msg=name)


def test_histograms_share_out_the_whole_product() -> None:
    groups = describe(np.stack([product((200, 40, 40), (40, 60, 190))]))
    # Every band from top to bottom shows some of the product, so its shares add up to 1, a quarter of the whole.
    for name in ("colours", "colours in the middle", "colours by height"):
        assert abs((groups[name] ** 2).sum() - 1) < 1e-3


def test_a_part_of_another_colour_is_no_shadow() -> None:
    main = (205, 60, 50)
    shaded = (154, 45, 38)
    colours = describe(np.stack([product(main, main), product(main, shaded), product(main, (50, 150, 90))]))["colours"]
    kinds = np.full(3, -1)
    second = own_colours(colours, kinds, usual_colours(colours, kinds, 0))["second colours"]
    plain, shadow, two_tone = second
    assert np.linalg.norm(plain - shadow) < np.linalg.norm(plain - two_tone) / 2
