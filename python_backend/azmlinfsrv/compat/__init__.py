"""The import names of Azure ML that entry scripts use, without the packages behind them."""

from azmlinfsrv.compat.import_names import install

__all__ = ["install"]
