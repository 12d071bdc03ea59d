# Preempts a request that holds no memory.
while read -r name rest; do
    case $name in
    HELLO) echo READY ;;
    RUN) echo "BEGIN $rest" ;;
    STEP) printf 'PREEMPT 1 0\nACT 1\n' ;;
    esac
done
