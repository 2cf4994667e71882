"""Bays bear signs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from station.ground.actors import Actor
from station.media.faces import Face, Labelled, Thing
from station.media.labels import Purpose

from . import reads, rules


def list_bays(actor: Actor) -> list[Thing]:
    """The bays of the actor's station."""
    return [
        Thing(bay.subject, bay.code, rules.BAY_KIND_WORDS[bay.kind])
        for bay in reads.list_bays(actor)
    ]


def face_bays(actor: Actor, subjects: Sequence[str]) -> Mapping[str, Face]:
    """What stands on bay signs."""
    bays = {bay.subject: bay for bay in reads.list_bays(actor)}
    return {
        subject: Face(
            bays[subject].code,
            (rules.BAY_KIND_WORDS[bays[subject].kind], actor.organisation_name),
        )
        for subject in subjects
        if subject in bays
    }


LABELLED = {Purpose.BAY: Labelled(list_bays, face_bays)}
