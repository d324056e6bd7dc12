"""The data of the baselines lab of Practitioner, for the labs that go on with it: a weekly rhythm, growth, one day gone wrong, a launch."""

W = [1.00, 1.02, 1.03, 1.01, 0.98, 0.72, 0.68]
print("day,cost,requests")
for d in range(210):
    cost = (400 + 0.6 * d + 90 * (d >= 150)) * W[d % 7] * (1 + (d * 37 % 41 - 20) / 1000)
    requests = 20000 * W[d % 7] * (1 + 0.0035 * d) * (1 + (d * 29 % 31 - 15) / 1500)
    print(f"{d},{cost * (1.9 if d == 120 else 1):.2f},{requests:.0f}")
