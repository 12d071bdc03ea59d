# Prefills more of the first request than its prompt has.
while read -r name rest; do
    case $name in
    HELLO) echo READY ;;
    RUN) echo "BEGIN $rest" ;;
    STEP) printf 'PREFILL 1 0 1000000\nACT 1\n' ;;
    esac
done
