"""What is printed is figures: no log lines between them."""

import logging

import structlog


def quietly() -> None:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
