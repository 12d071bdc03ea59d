# Names the first request twice.
while read -r name rest; do
    case $name in
    HELLO) echo READY ;;
    RUN) echo "BEGIN $rest" ;;
    STEP) printf 'PREFILL 2 0 1 0 1\nACT 1\n' ;;
    esac
done
