"""Names of functions and methods that read or write a file by its name: Python's and its libraries', as tables.

Only what is sure to do so: a function that is not here is not looked at.
"""

from __future__ import annotations


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


# By the first argument.
READERS = words("""
    numpy.load numpy.loadtxt numpy.genfromtxt numpy.fromfile PIL.Image.open cv2.imread cv2.VideoCapture torch.load
    joblib.load matplotlib.pyplot.imread matplotlib.image.imread skimage.io.imread imageio.imread imageio.v2.imread
    imageio.v3.imread scipy.io.loadmat scipy.io.wavfile.read soundfile.read librosa.load geopandas.read_file
    xarray.open_dataset pandas.ExcelFile tensorflow.keras.models.load_model keras.models.load_model
    tensorflow.io.read_file os.listdir os.scandir datasets.load_from_disk wave.open polars.read_csv polars.read_parquet
    polars.read_json pyarrow.parquet.read_table rasterio.open tensorflow.saved_model.load torch.jit.load
    dask.dataframe.read_csv onnx.load pandas.read_csv pandas.read_table pandas.read_excel pandas.read_json
    pandas.read_parquet pandas.read_pickle pandas.read_feather pandas.read_hdf pandas.read_fwf pandas.read_stata
    pandas.read_sas pandas.read_spss pandas.read_orc pandas.read_xml torchvision.datasets.ImageFolder
    tensorflow.keras.utils.image_dataset_from_directory keras.utils.image_dataset_from_directory
    tensorflow.keras.preprocessing.image_dataset_from_directory tensorflow.data.TFRecordDataset
""")
# By the first argument, too; but where nothing is there they only find nothing.
SEARCHERS = words("glob.glob glob.iglob os.walk")
# By the first argument, and the second says for what.
OPENERS = words("""
    open io.open gzip.open bz2.open lzma.open codecs.open tensorflow.io.gfile.GFile zipfile.ZipFile tarfile.open
    h5py.File netCDF4.Dataset
""")
FOLDER_MAKERS = words("os.makedirs os.mkdir tensorflow.io.gfile.makedirs")
COPIERS = words("shutil.copy shutil.copy2 shutil.copyfile shutil.copytree shutil.move os.rename os.replace")
# By the argument that is written to, counted from 0.
FIRST = words("""
    numpy.save numpy.savez numpy.savez_compressed numpy.savetxt cv2.imwrite imageio.imwrite imageio.imsave
    imageio.mimsave imageio.v2.imwrite imageio.v3.imwrite skimage.io.imsave matplotlib.pyplot.savefig
    matplotlib.pyplot.imsave soundfile.write scipy.io.savemat scipy.io.wavfile.write logging.FileHandler
    tensorflow.keras.callbacks.ModelCheckpoint keras.callbacks.ModelCheckpoint tensorflow.keras.callbacks.CSVLogger
    keras.callbacks.CSVLogger tensorflow.keras.callbacks.TensorBoard keras.callbacks.TensorBoard
    tensorflow.summary.create_file_writer torch.utils.tensorboard.SummaryWriter tensorboardX.SummaryWriter
    shutil.make_archive pandas.ExcelWriter tensorflow.io.write_file tensorflow.io.TFRecordWriter
    tensorflow.io.gfile.mkdir transformers.TrainingArguments transformers.Seq2SeqTrainingArguments
    logging.basicConfig
""")
SECOND = words("""
    torch.save joblib.dump tensorflow.saved_model.save tensorflow.keras.models.save_model keras.models.save_model
    torch.jit.save onnx.save torchvision.utils.save_image tensorflow.keras.utils.plot_model keras.utils.plot_model
""")
# By the argument at which something is put that comes from elsewhere, or which may be there already.
FETCHERS = {"urllib.request.urlretrieve": 1, "wget.download": 1, "gdown.download": 1, "sqlite3.connect": 0}
WRITERS = {**dict.fromkeys(FIRST, 0), **dict.fromkeys(SECOND, 1)}
# Methods of any object: these names are in use for nothing else.
WRITING_METHODS = words("""
    to_csv to_parquet to_json to_excel to_pickle to_feather to_hdf to_html to_stata to_netcdf savefig save
    save_pretrained save_model save_weights save_to_disk write_html write_image write_csv write_parquet write_json
    export tofile
""")
READING_METHODS = words("load_weights")
# What is read where nothing is given, in the home folder. PrimeHub's SDK: primehub/__init__.py.
IMPLIED = {"primehub.PrimeHubConfig": ".primehub/config.json"}
# What a function of which only the name is known does: `save_results(x, path)`, `load_config(path)`.
WRITING_NAMES = ("save", "write", "dump", "export", "to_")
WRITING_TEXT = words("write writelines writestr writerow writerows dumps export_text")  # whose texts are no paths
LOADING_NAMES = ("load", "read", "open", "from_", "imread")
# By these names of arguments, and of a program's options, everybody means what is written to.
OUTPUTS = words("""
    output_dir out_dir outdir save_dir savedir save_path output_path output_file output_folder export_dir
    export_path checkpoint_dir dirpath default_root_dir to_file save_directory log_dir logging_dir outfile output out -o
""")
# And by these, where what is fetched, and would be again, is kept.
CACHING = words("cache_dir cache_folder download_dir data_home")
SHELLS = words("""
    os.system os.popen subprocess.run subprocess.call subprocess.check_call subprocess.check_output subprocess.Popen
    subprocess.getoutput subprocess.getstatusoutput
""")
# Names of the arguments that are paths, where they are given by name.
KEYWORDS = words("""
    path file filename filepath fname filepath_or_buffer path_or_buf fp name out to_file log_dir logdir output_dir
    export_dir save_directory path_or_buffer io f
""")
