# Prefills a request that has not arrived.
while read -r name rest; do
    case $name in
    HELLO) echo READY ;;
    RUN) echo "BEGIN $rest" ;;
    STEP) printf 'PREFILL 1 4000000000 1\nACT 1\n' ;;
    esac
done
