"""OpenCV's inpainting: python3 opencv.py telea|navier-stokes PICTURE MASK OUTPUT      prints the seconds of the filling

Without arguments it prints OpenCV's version.
"""
import sys, time
import cv2

RADIUS = 5
if len(sys.argv) == 1:
    print(cv2.__version__)
    sys.exit()
method = {"telea": cv2.INPAINT_TELEA, "navier-stokes": cv2.INPAINT_NS}[sys.argv[1]]
picture, mask = cv2.imread(sys.argv[2], cv2.IMREAD_COLOR), cv2.imread(sys.argv[3], cv2.IMREAD_GRAYSCALE)
start = time.perf_counter()
filled = cv2.inpaint(picture, mask, RADIUS, method)
seconds = time.perf_counter() - start
if not cv2.imwrite(sys.argv[4], filled):
    sys.exit(f"{sys.argv[4]} could not be written")
print(seconds)
