"""The one spawned child: what must not run in the serving process."""
