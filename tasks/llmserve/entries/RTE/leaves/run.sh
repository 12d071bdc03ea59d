# Leaves at the first step.
while read -r name rest; do
    case $name in
    HELLO) echo READY ;;
    RUN) echo "BEGIN $rest" ;;
    STEP) exit 3 ;;
    esac
done
