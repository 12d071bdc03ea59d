# Never gets to a step: begins another run than it was told.
while read -r name rest; do
    case $name in
    HELLO) echo READY ;;
    RUN) echo BEGIN 7 ;;
    STEP) : ;;
    esac
done
