"""TRL: supervised fine-tuning, reward models, direct preference optimization, proximal policy optimization; a file a kind."""

from ..by_kind import by_kind

train, load = by_kind(__name__, ("supervised_fine_tuning", "reward_modeling", "direct_preference_optimization", "proximal_policy_optimization"))
