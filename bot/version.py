"""The version: read by the build, the log and the User-Agent."""

VERSION = "0.1.0"
