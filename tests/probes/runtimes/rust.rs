// expect: end=exit exit=0 stdout=learned collect=ok refused=none needs=/usr/bin/rustc memory=512m tmp=64m cpu=30 wall=60
// Rust with threads and channels: a perceptron for a line, each half of the rows in a thread.
use std::{collections::HashMap, fs, sync::mpsc, sync::Arc, thread};

type Row = ([f64; 2], f64);

fn rows() -> Vec<Row> {
    (0..400)
        .map(|i| [(i * 7 % 41) as f64 / 41.0, (i * 11 % 37) as f64 / 37.0])
        .filter(|x| (x[0] - x[1]).abs() > 0.05)
        .map(|x| (x, if x[0] > x[1] { 1.0 } else { -1.0 }))
        .collect()
}

fn side(w: &[f64; 3], x: &[f64; 2]) -> f64 {
    (w[0] * x[0] + w[1] * x[1] + w[2]).signum()
}

fn main() {
    let rows = Arc::new(rows());
    let (tell, hear) = mpsc::channel();
    let workers: Vec<_> = (0..2usize)
        .map(|half| {
            let (rows, tell) = (rows.clone(), tell.clone());
            thread::spawn(move || {
                let mut w = [0.0, 0.0, 0.0];
                for _ in 0..200 {
                    for (x, y) in rows.iter().skip(half).step_by(2) {
                        if side(&w, x) != *y {
                            w = [w[0] + y * x[0], w[1] + y * x[1], w[2] + y];
                        }
                    }
                }
                tell.send((half, w)).unwrap();
            })
        })
        .collect();
    workers.into_iter().for_each(|worker| worker.join().unwrap());
    let learned: HashMap<usize, [f64; 3]> = hear.try_iter().collect();
    fs::write("/out/model", format!("{:?}", learned)).unwrap();
    let right = |w: &[f64; 3]| rows.iter().filter(|(x, y)| side(w, x) == *y).count();
    let good = learned.len() == 2 && learned.values().all(|w| right(w) * 100 > rows.len() * 95);
    println!("{}", if good { "learned" } else { "failed" });
}
