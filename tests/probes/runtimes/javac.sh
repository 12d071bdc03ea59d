# expect: end=exit exit=0 stdout=learned collect=ok refused=socket|clock_getres needs=/usr/bin/javac memory=512m cpu=60 wall=120
# Java as entries build it: javac, a jar, and a run of that. Sockets of the network are
# refused, and half of the threads their own CPU clock; the JVM goes on.
set -e
javac -J-Xmx128m -d classes /probe/Learn.java
jar -J-Xmx64m -c -f learn.jar -e Learn -C classes .
exec java -Xmx128m -jar learn.jar
