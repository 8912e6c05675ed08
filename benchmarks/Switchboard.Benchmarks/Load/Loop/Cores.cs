using System.Globalization;
using System.Numerics;

namespace Switchboard.Benchmarks.Load.Loop;

/// <summary>One core for what is measured, and another for what measures it.</summary>
internal static class Cores
{
    /// <summary>All that this process was given, as bits.</summary>
    public static ulong All { get; } = Posix.GetCores();

    /// <summary>The core of the generator and its upstream.</summary>
    public static ulong Load { get; } = All & ~(All - 1);

    /// <summary>The core of the proxy under measure.</summary>
    public static ulong Gateway { get; } = 1UL << (63 - BitOperations.LeadingZeroCount(All));

    public static bool AreEnough => BitOperations.PopCount(All) > 1;

    /// <summary>Keeps this process, with all of its threads, to one core.</summary>
    public static void KeepTo(ulong cores)
    {
        foreach (var thread in Directory.EnumerateDirectories("/proc/self/task"))
        {
            Posix.SetCores(int.Parse(Path.GetFileName(thread), CultureInfo.InvariantCulture), cores);
        }
    }

    /// <summary>Does something on these cores; a process that it starts stays there and counts no others.</summary>
    public static T On<T>(ulong cores, Func<T> action)
    {
        var before = Posix.GetCores();
        Posix.SetCores(0, cores);
        try
        {
            return action();
        }
        finally
        {
            Posix.SetCores(0, before);
        }
    }
}
