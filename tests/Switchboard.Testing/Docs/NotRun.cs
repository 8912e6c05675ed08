namespace Switchboard.Testing.Docs;

/// <summary>The pieces of code in the documentation that no test runs: how many, where and why. All others are run, compiled or read.</summary>
public static class NotRun
{
    /// <summary>The page, the reason as the comment above the block says it, and how many there are.</summary>
    public static IReadOnlyList<(string Page, string Reason, int Count)> All { get; } =
    [
        ("CONTRIBUTING.md", "it runs these tests", 1),
        ("docs/benchmarks.md", "it measures for a while, on cores of its own", 1),
        ("docs/client.md", "PackagesTests makes the packages and installs them", 1),
        ("docs/deploy.md", "it needs Docker", 3),
        ("docs/deploy.md", "it needs a cluster", 2),
        ("docs/deploy.md", "it needs root and systemd", 1),
        ("docs/keys.md", "it listens beyond this machine, and goes on; the tests start a gateway with a master key of theirs", 1),
        ("docs/migrate-from-litellm.md", "it asks the providers, with their keys", 1),
        ("docs/operations.md", "it needs an empty database that no gateway is on", 1),
        ("docs/quickstart/csharp.md", "PackagesTests makes the packages, installs them and runs the programs of this page", 1),
        ("docs/quickstart/javascript.md", "the tests have the package already, at a fixed version", 1),
        ("docs/quickstart/python.md", "the package is not in every registry; the program below is skipped, by name, where it is missing", 1),
        ("samples/README.md", "SampleTests run every sample", 2),
    ];
}
