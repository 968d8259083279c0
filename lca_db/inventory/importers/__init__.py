"""Inventories that others wrote: hardened readers of their formats, and the linker behind them."""
