using Switchboard.Engine;
using Switchboard.Testing.Places;

namespace Switchboard.Tests.Engine;

/// <summary>Models outside of the repository, which are there on some machines only.</summary>
internal static class SharedModels
{
    private static readonly Lazy<LanguageModel> s_stories = new(() => LanguageModel.Load(Path("models/stories260K.gguf")!));

    /// <summary>A real model of 260,000 weights; the test is skipped where it is not there.</summary>
    public static LanguageModel Stories()
    {
        Assert.SkipWhen(Path("models/stories260K.gguf") is null, "../shared/models/stories260K.gguf is not there.");
        return s_stories.Value;
    }

    public static string Expectation(string name) => File.ReadAllText(System.IO.Path.Combine(RepositoryRoot.FullPath, "tests/Switchboard.Tests/Engine/Expectations", name));

    private static string? Path(string name)
    {
        var path = System.IO.Path.Combine(RepositoryRoot.FullPath, "../shared", name);
        return File.Exists(path) ? path : null;
    }
}
