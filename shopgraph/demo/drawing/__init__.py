"""Drawings of the demo shop's products: one function per kind, on a square of 100 by 100 units, y downwards."""

from __future__ import annotations

from collections.abc import Callable

from shopgraph.demo.drawing import fashion, home, outing, sound
from shopgraph.demo.drawing.pen import Pen

DRAWINGS: dict[str, Callable[[Pen], None]] = {
    "running_shoe": fashion.running_shoe,
    "boot": fashion.boot,
    "sandal": fashion.sandal,
    "rain_jacket": fashion.rain_jacket,
    "winter_coat": fashion.winter_coat,
    "gilet": fashion.gilet,
    "tote": outing.tote,
    "crossbody": outing.crossbody,
    "wallet": outing.wallet,
    "daypack": outing.daypack,
    "hiking_pack": outing.hiking_pack,
    "yoga_mat": outing.yoga_mat,
    "dumbbell": outing.dumbbell,
    "bottle": outing.bottle,
    "headphones": sound.headphones,
    "earbuds": sound.earbuds,
    "speaker": sound.speaker,
    "desk_lamp": home.desk_lamp,
    "floor_lamp": home.floor_lamp,
    "pendant_lamp": home.pendant_lamp,
    "frying_pan": home.frying_pan,
    "saucepan": home.saucepan,
    "kettle": home.kettle,
    "mug": home.mug,
}
"""Name of a drawing, as in the vocabulary, to the function that draws it."""
