#!/bin/sh
# params.tsv as commands for `ruhu fill params`, one record a figure:
#   sh forms/params.sh | ruhu -d DB fill params
# Figures that the county has set already (same key) are refused and stay.
awk -F '\t' 'NR > 1 {
	print "new params"
	print "set key " $1
	print "set zh " $2
	if ($3 != "") print "set en " $3
	if ($4 != "") print "set value " $4
	if ($5 != "") print "set unit " $5
	if ($6 != "") print "set source " $6
	print "save"
}' "$(dirname "$0")/params.tsv"
