namespace MlPipeline.Trainers.Tests.Jobs;

public sealed class ShardTests
{
    [Fact]
    public void Ranges_are_the_whole_in_order_and_differ_by_at_most_one()
    {
        foreach (var pictures in (long[])[0, 1, 7, 1000, long.MaxValue])
        {
            var before = 0L;
            for (var i = 1; i <= 7; i++)
            {
                var (from, to) = new Shard(i, 7).RangeOf(pictures);
                Assert.Equal(before, from);
                Assert.InRange(to - from, pictures / 7, pictures / 7 + 1);
                before = to;
            }

            Assert.Equal(pictures, before);
        }
    }

    [Theory,
     InlineData("2/4", "", "2/4"),
     InlineData("auto", "JOB_COMPLETION_INDEX=0 JOB_COMPLETIONS=3", "1/3"),
     InlineData("auto/3", "JOB_COMPLETION_INDEX=2", "3/3"),
     InlineData("auto", "SLURM_ARRAY_TASK_ID=0 SLURM_ARRAY_TASK_MIN=0 SLURM_ARRAY_TASK_MAX=3 SLURM_ARRAY_TASK_COUNT=4", "1/4"),
     InlineData("auto", "SLURM_ARRAY_TASK_ID=4 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=4 SLURM_ARRAY_TASK_COUNT=4", "4/4"),
     InlineData("auto", "SLURM_ARRAY_TASK_ID=5 SLURM_ARRAY_TASK_MIN=1 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=4 "
         + "SLURM_ARRAY_TASK_STEP=2", "3/4"),
     InlineData("auto/8", "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=2", "3/8")]
    public void Numbers_come_from_words_or_from_the_job_engine(string words, string variables, string shard) =>
        Assert.Equal(shard, Read(words, variables).ToString());

    [Theory,
     InlineData("0/4", ""), InlineData("5/4", ""), InlineData("4", ""), InlineData("1/2/3", ""), InlineData("a/4", ""),
     InlineData("auto", ""),
     InlineData("auto", "JOB_COMPLETION_INDEX=0"),
     InlineData("auto/2", "JOB_COMPLETION_INDEX=2"),
     InlineData("auto/2", "JOB_COMPLETION_INDEX=x"),
     InlineData("auto", "SLURM_ARRAY_TASK_ID=3 SLURM_ARRAY_TASK_MIN=3 SLURM_ARRAY_TASK_MAX=7 SLURM_ARRAY_TASK_COUNT=2"),
     InlineData("auto/8", "SLURM_ARRAY_TASK_ID=0")]
    public void What_names_no_shard_is_refused(string words, string variables) =>
        Assert.Throws<ArgumentException>(() => Read(words, variables));

    private static Shard Read(string words, string variables)
    {
        var values = variables.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(v => v.Split('='))
            .ToDictionary(v => v[0], v => v[1], StringComparer.Ordinal);
        return Shard.Parse(words, values.GetValueOrDefault);
    }
}
