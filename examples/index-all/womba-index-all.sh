# Stands in for `womba index-all`: counts the words of the documents beside it, one index line a document.
set -eu
cd "$(dirname "$0")"
index=$(mktemp)
trap 'rm -f "$index"' EXIT
indexed=0
failed=0
for document in documents/*.txt; do
    if words=$(wc -w < "$document"); then
        echo "$document $words" | tee -a "$index"
        indexed=$((indexed + 1))
    else
        echo "$document cannot be read" >&2
        failed=$((failed + 1))
    fi
done
{
    echo "total=$((indexed + failed))"
    echo "indexed=$(wc -l < "$index")"
    echo "failed=$failed"
} > "$JOBNET_METRICS"
