// expect: end=exit exit=0 stdout=learned collect=ok refused=none needs=/usr/bin/g++
// C++ with threads, futures, exceptions and streams: the nearest of two centres, learned by
// k-means.
#include <chrono>
#include <fstream>
#include <future>
#include <iostream>
#include <mutex>
#include <random>
#include <stdexcept>
#include <thread>
#include <vector>

using points = std::vector<double>;

static double centre_near(const points &data, double from, double other)
{
    double sum = 0;
    int count = 0;
    for (double x : data)
        if (std::abs(x - from) < std::abs(x - other))
            sum += x, count++;
    if (count == 0)
        throw std::runtime_error("an empty cluster");
    return sum / count;
}

int main()
{
    std::mt19937 random(7);
    std::normal_distribution<double> low(-2, 0.3), high(5, 0.3);
    points data;
    std::mutex lock;
    std::thread filler([&] {
        for (int i = 0; i < 1000; i++) {
            std::lock_guard<std::mutex> hold(lock);
            data.push_back(i % 2 ? low(random) : high(random));
        }
    });
    filler.join();
    double a = 0, b = 1;
    for (int i = 0; i < 20; i++) {
        auto left = std::async(std::launch::async, centre_near, std::cref(data), a, b);
        double right = centre_near(data, b, a);
        a = left.get(), b = right;
    }
    bool caught = false;
    try {
        centre_near({}, 0, 1);
    } catch (const std::runtime_error &) {
        caught = true;
    }
    std::ofstream("/out/model") << a << ' ' << b << '\n';
    std::ifstream("/out/model") >> a >> b;
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    bool is_learned = caught && std::abs(a + 2) < 0.1 && std::abs(b - 5) < 0.1;
    std::cout << (is_learned ? "learned" : "failed") << std::endl;
}
