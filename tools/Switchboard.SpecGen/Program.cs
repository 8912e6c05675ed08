using System.Text;
using Switchboard.SpecGen;

if (args is not [var specification, var repository])
{
    await Console.Error.WriteLineAsync("usage: Switchboard.SpecGen <specification.json> <repository>");
    return 2;
}

var generation = Generation.Of(specification);
var files = generation.Files();
foreach (var stale in Generation.FilesOf(repository).Where(file => !files.ContainsKey(Path.GetRelativePath(repository, file).Replace('\\', '/'))))
{
    File.Delete(stale);
}

foreach (var (name, content) in files)
{
    var file = Path.Combine(repository, name);
    Directory.CreateDirectory(Path.GetDirectoryName(file)!);
    if (!File.Exists(file) || await File.ReadAllTextAsync(file) != content)
    {
        await File.WriteAllTextAsync(file, content, new UTF8Encoding(false));
    }
}

Console.WriteLine($"{generation.Declarations.Count} types in {files.Count} files");
return 0;
