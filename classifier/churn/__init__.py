"""Nights of a catalogue that changes: arrivals, retirements, noisy votes, and what the gate says."""

from classifier.churn.settings import OtherSimulation, Settings, WrongSimulation

__all__ = ["OtherSimulation", "Settings", "WrongSimulation"]
