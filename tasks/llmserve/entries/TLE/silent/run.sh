# Never answers a step.
while read -r name rest; do
    case $name in
    HELLO) echo READY ;;
    RUN) echo "BEGIN $rest" ;;
    STEP) sleep 1000 ;;
    esac
done
