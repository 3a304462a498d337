"""The exceptions of this tier: those of the engine, loaded under a name of their own.

Importing the engine's package would bind the engine. So a class here is not the engine's own of
that name; a process has one of the two tiers.
"""

from codeanatomy_engine.errors import *  # noqa: F403 - whatever the tree has
