"""Questions to the model that take a design: what drives an outcome, and which assumptions lead to it."""
