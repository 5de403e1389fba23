"""Run and debug an Azure Machine Learning entry script on your own machine."""

__version__ = "0.1.0"
