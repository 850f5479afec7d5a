#!/bin/sh
# Expressions and their answers, a line each (see tests/tools/expr_cases.c).
cd "$(dirname "$0")/../.." || exit 1
exec "${B:-build}/tools/expr_cases" tests/expr/*.tsv
