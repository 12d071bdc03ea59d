// expect: end=exit exit=0 stdout=learned collect=ok refused=socket|clock_getres needs=/usr/bin/javac memory=512m cpu=40 wall=90
// Java with a pool of threads, parallel streams and the compiler inside: one decision stump.
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

public class Learn {
    static final int ROWS = 1000;

    static double x(int i) {
        return (i * 31 % 211) / 211.0;
    }

    static boolean label(int i) {
        return x(i) > 0.37;
    }

    static long wrong(double cut) {
        return IntStream.range(0, ROWS).parallel().filter(i -> (x(i) > cut) != label(i)).count();
    }

    static double best(int first) {
        double best = 0;
        for (int i = first; i < 100; i += 2)
            if (wrong(i / 100.0) < wrong(best))
                best = i / 100.0;
        return best;
    }

    public static void main(String[] args) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(2);
        List<Future<Double>> halves = new ArrayList<>();
        for (int half = 0; half < 2; half++) {
            int first = half;
            halves.add(pool.submit(() -> best(first)));
        }
        double a = halves.get(0).get(), b = halves.get(1).get();
        pool.shutdown();
        System.gc();
        Path model = Path.of("/out/model");
        Files.writeString(model, Double.toString(wrong(a) < wrong(b) ? a : b));
        double cut = Double.parseDouble(Files.readString(model));
        System.out.println(wrong(cut) < ROWS / 100 ? "learned" : "failed " + cut);
    }
}
