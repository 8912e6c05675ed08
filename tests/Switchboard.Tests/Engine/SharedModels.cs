using Switchboard.Engine;

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

    public static string Expectation(string name) => File.ReadAllText(System.IO.Path.Combine(Root(), "tests/Switchboard.Tests/Engine/Expectations", name));

    public static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, "Switchboard.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("Switchboard.slnx was not found.");
    }

    private static string? Path(string name)
    {
        var path = System.IO.Path.Combine(Root(), "../shared", name);
        return File.Exists(path) ? path : null;
    }
}
