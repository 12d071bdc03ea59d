# Says what is no message.
while read -r name rest; do
    case $name in
    HELLO) echo READY ;;
    RUN) echo "BEGIN $rest" ;;
    STEP) echo 'how are you' ;;
    esac
done
