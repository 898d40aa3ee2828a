"""The quarter as loops over single ties and worlds, compiled: the same rules, in the same order, to the last bit.

Between the kernels stands what NumPy does faster or what is rarely done: logarithms, exponentials, events, packages
(`world.compiled`). Shapes are those of `world.arrays`. The innermost loop runs over the worlds.
"""
