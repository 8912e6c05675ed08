using Switchboard.Testing.Places;

namespace Switchboard.Tests.Testing.Places;

public sealed class PlacesTests
{
    [Fact]
    public void Finds_the_root_upward_from_where_the_tests_run()
    {
        Assert.True(File.Exists(RepositoryRoot.Combine("Switchboard.slnx")));
        Assert.Throws<DirectoryNotFoundException>(() => RepositoryRoot.Find(Path.GetTempPath()));
    }

    [Fact]
    public void Finds_the_shared_folder_beside_the_root_or_says_why_to_skip()
    {
        var root = Directory.CreateTempSubdirectory("switchboard-root-");
        try
        {
            var inside = root.CreateSubdirectory("repository").FullName;

            var absent = SharedFolder.Find(inside);
            root.CreateSubdirectory("shared");
            var present = SharedFolder.Find(inside);

            Assert.Null(absent);
            Assert.Equal(Path.Combine(root.FullName, "shared"), present);
            Assert.Equal(SharedFolder.FullPath is null, SharedFolder.SkipReason is not null);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void Names_a_missing_tool_as_the_reason_to_skip_and_fails_where_it_is_required()
    {
        var reason = RequiredTool.SkipReason("no-such-tool", required: false);

        Assert.Equal("The tool no-such-tool is not on the PATH.", reason);
        Assert.Throws<FileNotFoundException>(() => RequiredTool.SkipReason("no-such-tool", required: true));
    }

    [Fact]
    public void Has_no_reason_to_skip_for_a_tool_that_is_here()
    {
        Assert.Null(RequiredTool.SkipReason(OperatingSystem.IsWindows() ? "cmd" : "sh", required: true));
    }
}
