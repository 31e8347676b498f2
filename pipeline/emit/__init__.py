"""Rendering models and certificates as Lean source.

The same functions write a certificate and re-derive it for verification, so a certificate's Lean
files can hold nothing but this template and the numbers.
"""
