"""Where PyTorch computes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kg.errors import ConfigurationError

if TYPE_CHECKING:
    import torch


def chosen_device(name: str) -> torch.device:
    """Give the device of a setting: ``auto`` is the GPU where there is one.

    Raises:
        ConfigurationError: there is no such device here.
    """
    import torch

    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    try:
        device = torch.device(name)
    except RuntimeError as error:
        raise ConfigurationError(f'There is no device "{name}". Give auto, cpu, cuda or cuda:1.') from error
    if device.type not in ("cpu", "cuda"):
        raise ConfigurationError(f'Nothing is computed on the device "{name}". Give auto, cpu, cuda or cuda:1.')
    if device.type == "cuda" and not torch.cuda.is_available():
        raise ConfigurationError(f'There is no GPU here for the device "{name}". Give auto or cpu.')
    if device.type == "cuda" and (device.index or 0) >= torch.cuda.device_count():
        raise ConfigurationError(f'There are {torch.cuda.device_count()} GPUs here, and none is "{name}".')
    return device
