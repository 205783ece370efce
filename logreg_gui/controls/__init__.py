"""Widgets that edit. They know `Scenario`, nothing else; showing a scenario is never an edit."""
