#!/usr/bin/env python3
"""How fast gossim simulates, and what a node costs in memory.

    speed.py GOSSIM CATALOG [--small]

The quickstart and ethereum-like of the catalog: events and message arrivals a second of CPU time,
medians of five runs of the whole process, and the factor over real time. The last column is how
many times the 37,000 arrivals a second of a simulator of this kind in Python that is. Then the
quickstart under each profile, in interleaved rounds, and what each costs beside gossipsub-v1.0.
Then memory: what 20,000 nodes of 20 links take more than 10,000.
"""
import json
import os
import resource
import subprocess
import sys
import tempfile

PYTHON_ARRIVALS_PER_S = 37000


def children_cpu_s():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(gossim, scenario, *options):
    """The summary of one run without trace and figures, with its CPU seconds."""
    with tempfile.TemporaryDirectory() as folder:
        before = children_cpu_s()
        output = subprocess.run(
            [gossim, 'run', scenario, '--json', '--trace', 'none', '--out',
             os.path.join(folder, 'out'), *options],
            check=False, stdout=subprocess.PIPE).stdout
        summary = json.loads(output)
        summary['cpu_s'] = children_cpu_s() - before
    return summary


def arrivals(summary):
    return summary['deliveries'] + summary['deliveries_unexpected'] + summary['duplicates']


def median_run(gossim, scenario, rounds, *options):
    runs = sorted((run(gossim, scenario, *options) for _ in range(rounds)),
                  key=lambda summary: summary['cpu_s'])
    return runs[len(runs) // 2]


def print_catalog(gossim, catalog, small):
    print('scenario        nodes   events  arrivals  CPU s  events/s  arrivals/s  × real time'
          '  × Python')
    for name in ('quickstart', 'ethereum-like'):
        options = ['--set', 'nodes.count=200'] if small else []
        summary = median_run(gossim, os.path.join(catalog, name + '.yaml'), 1 if small else 5,
                             *options)
        cpu_s = summary['cpu_s']
        print(f"{name:14} {summary['nodes']:6} {summary['events']:8} {arrivals(summary):9} "
              f"{cpu_s:6.3f} {summary['events'] / cpu_s:9.0f} {arrivals(summary) / cpu_s:11.0f} "
              f"{summary['virtual_ns'] * 1e-9 / cpu_s:11.1f} "
              f"{arrivals(summary) / cpu_s / PYTHON_ARRIVALS_PER_S:9.0f}")


def print_profiles(gossim, catalog, small):
    """The same scenario under each profile; rounds are interleaved, as machines are noisy."""
    profiles = ('gossipsub-v1.0', 'nim-2020', 'floodsub')
    quickstart = os.path.join(catalog, 'quickstart.yaml')
    options = ['--set', 'nodes.count=200'] if small else []
    runs = {profile: [] for profile in profiles}
    for _ in range(1 if small else 9):
        for profile in profiles:
            # The expectations are those of the scenario's own profile.
            runs[profile].append(run(gossim, quickstart, '--set', f'router.profile={profile}',
                                     '--set', 'expect=[]', *options))
    medians = {}
    for profile in profiles:
        times = sorted(summary['cpu_s'] for summary in runs[profile])
        medians[profile] = times[len(times) // 2]
    print('\nquickstart      events  arrivals  CPU s  CPU / gossipsub-v1.0  µs / event')
    for profile in profiles:
        summary = runs[profile][0]
        print(f"{profile:14} {summary['events']:8} {arrivals(summary):9} {medians[profile]:6.3f} "
              f"{medians[profile] / medians['gossipsub-v1.0']:21.2f} "
              f"{1e6 * medians[profile] / summary['events']:11.2f}")


def print_memory(gossim, catalog, small):
    quickstart = os.path.join(catalog, 'quickstart.yaml')
    sizes = (500, 1000) if small else (10000, 20000)
    peaks = [run(gossim, quickstart, '--set', f'nodes.count={size}')['peak_rss_bytes']
             for size in sizes]
    per_node = (peaks[1] - peaks[0]) / (sizes[1] - sizes[0])
    print(f'\nmemory: {per_node / 1024:.1f} KiB per node of 20 links, 50 messages '
          f'({sizes[0]} to {sizes[1]} nodes)')


def main():
    gossim, catalog = sys.argv[1:3]
    small = '--small' in sys.argv[3:]
    print_catalog(gossim, catalog, small)
    print_profiles(gossim, catalog, small)
    print_memory(gossim, catalog, small)


if __name__ == '__main__':
    main()
