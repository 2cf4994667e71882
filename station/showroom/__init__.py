"""Showroom: public pages of published vehicles."""
