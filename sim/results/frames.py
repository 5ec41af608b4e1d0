"""Finished results as pandas frames and as an xarray dataset; both libraries are extras (`analysis`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sim.errors import not_installed
from sim.results.daily import BAND_QUANTILES, Bands

if TYPE_CHECKING:
    from xarray import Dataset

KINDS = {"@": "priced", "origin:": "origin"}
"""What the id of a subject has in it, and the dimension such subjects make; the others are buyers and groups."""
SUBJECT, WHOLE = "subject", "all"


def dataset(columns: Mapping[str, NDArray[np.float64]], daily: Bands) -> Dataset:
    """Return the columns of a run and its daily bands with named dimensions.

    A metric of buyers and groups has dimensions (`subject`, `replication`), one of prices (`priced`, `replication`),
    one of origins (`origin`, `replication`), one of the whole (`replication`,) and `all_` before its name. `daily` has
    (`series`, `quantile`, `day`). Days that never come are NaN.
    """
    try:
        import xarray
    except ImportError as error:
        raise not_installed("to_xarray", "xarray", "analysis") from error
    names = dict[tuple[str, str], list[str]]()
    for name in columns:
        subject, _, metric = name.rpartition("/")
        if subject:
            names.setdefault((_dimension(subject), metric), []).append(subject)
    arrays = dict[str, xarray.DataArray]()
    for (dimension, metric), subjects in names.items():
        if dimension == WHOLE:
            arrays[f"{WHOLE}_{metric}"] = xarray.DataArray(columns[f"{WHOLE}/{metric}"], dims="replication")
        else:
            values = np.stack([columns[f"{subject}/{metric}"] for subject in subjects])
            arrays[metric] = xarray.DataArray(values, {dimension: subjects}, (dimension, "replication"))
    arrays["daily"] = xarray.DataArray(
        np.array([[getattr(band, quantile) for quantile in BAND_QUANTILES] for band in daily.values()]),
        {"series": list(daily), "quantile": list(BAND_QUANTILES)},
        ("series", "quantile", "day"),
    )
    return xarray.Dataset(arrays, {"replication": columns["replication"].astype(np.int64)})


def _dimension(subject: str) -> str:
    if subject == WHOLE:
        return WHOLE
    return next((kind for mark, kind in KINDS.items() if mark in subject), SUBJECT)
