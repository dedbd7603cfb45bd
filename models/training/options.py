"""Options that several commands of training share."""

import typer

RUN = typer.Option(help="Folder of the training run.", file_okay=False)
